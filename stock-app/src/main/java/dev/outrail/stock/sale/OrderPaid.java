package dev.outrail.stock.sale;

import java.time.Instant;

/**
 * A paid order: what stock-app reads of {@code order.paid.v1}.
 *
 * @param payId the payment that paid it
 */
public record OrderPaid(long orderId, long payId, Instant paidAt) {

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public OrderPaid {
    if (orderId < 1 || payId < 1) {
      throw new IllegalArgumentException(
          "orderId %d and payId %d must be positive".formatted(orderId, payId));
    }
  }
}
