package dev.outrail.stock.release;

import dev.outrail.stock.ledger.HeldStock;

/** A closed order whose locks the stock does not cover; nothing was changed. */
public final class NotReleasableException extends RuntimeException {

  private final long orderId;

  NotReleasableException(HeldStock lock) {
    super(
        "order %d is closed, but fewer than the %d pieces that it locked of SKU %d are held: nothing was released. Put the SKU's stock right, then replay this event"
            .formatted(lock.orderId(), lock.count(), lock.skuId()));
    this.orderId = lock.orderId();
  }

  public long orderId() {
    return orderId;
  }
}
