package dev.outrail.stock.release;

import java.time.Instant;

/**
 * A closed order: what stock-app reads of {@code order.closed.v1}.
 *
 * @param reason why; it makes no difference to the stock
 */
public record OrderClosed(long orderId, String reason, Instant closedAt) {

  /**
   * @throws IllegalArgumentException if the number is not positive
   */
  public OrderClosed {
    if (orderId < 1) {
      throw new IllegalArgumentException("orderId %d must be positive".formatted(orderId));
    }
  }
}
