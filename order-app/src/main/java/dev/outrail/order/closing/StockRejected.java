package dev.outrail.order.closing;

/**
 * A paid order that stock-app has nothing left for: what order-app reads of {@code
 * order.stock-rejected.v1}.
 *
 * @param payId the payment that stock-app knew it to be paid by
 */
public record StockRejected(long orderId, long payId, Reason reason) {

  /** Why; there is one reason. */
  public enum Reason {
    /** The order had timed out, and what was locked for it had been sold to others. */
    STOCK_GONE
  }

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public StockRejected {
    if (orderId < 1 || payId < 1) {
      throw new IllegalArgumentException(
          "orderId and payId must be positive, not %d and %d".formatted(orderId, payId));
    }
  }
}
