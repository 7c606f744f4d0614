package dev.outrail.payment.orders;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.OrderId;

/**
 * An order as order-app knew it a moment ago.
 *
 * @param total what it costs in all
 */
public record Order(OrderId orderId, long userId, Money total, Payability payability) {

  /** Whether an order can be paid. */
  public enum Payability {
    PAYABLE,
    CLOSED,
    PAID
  }
}
