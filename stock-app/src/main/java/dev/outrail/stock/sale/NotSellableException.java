package dev.outrail.stock.sale;

/** A paid order whose stock cannot be sold as it is held; nothing was changed. */
public final class NotSellableException extends RuntimeException {

  private final long orderId;
  private final String reason;

  NotSellableException(OrderPaid order, Verdict verdict) {
    super(
        "order %d is paid by payment %d, but its stock cannot be sold (%s): nothing was deducted. Put its locks right, then replay this event; or refund the order"
            .formatted(order.orderId(), order.payId(), verdict));
    this.orderId = order.orderId();
    this.reason = verdict.name();
  }

  public long orderId() {
    return orderId;
  }

  /** {@code NOTHING_HELD} or {@code STOCK_DIFFERS}. */
  public String reason() {
    return reason;
  }
}
