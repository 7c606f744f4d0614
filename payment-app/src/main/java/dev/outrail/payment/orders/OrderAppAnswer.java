package dev.outrail.payment.orders;

import dev.outrail.payment.orders.Order.Payability;
import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.OrderId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What order-app sends: the mall's envelope around the orders it knows. */
record OrderAppAnswer(@Nullable String code, @Nullable List<@Nullable OrderRow> data) {

  /**
   * @throws IllegalArgumentException if that is not an answer to the question
   */
  List<Order> orders() {
    if (!"00000".equals(code) || data == null) {
      throw new IllegalArgumentException("code " + code + (data == null ? " without data" : ""));
    }
    List<Order> orders = new ArrayList<>();
    for (@Nullable OrderRow row : data) {
      if (row == null) {
        throw new IllegalArgumentException("an order that is null");
      }
      orders.add(row.order());
    }
    return orders;
  }

  record OrderRow(
      long orderId, long userId, long total, @Nullable String currency, int status, boolean payed) {

    Order order() {
      return new Order(
          new OrderId(orderId), userId, new Money(total, String.valueOf(currency)), payability());
    }

    private Payability payability() {
      if (payed) {
        return Payability.PAID;
      }
      return switch (status) {
        case 1 -> Payability.PAYABLE;
        case 2, 3, 5 -> Payability.PAID;
        case 6 -> Payability.CLOSED;
        default ->
            throw new IllegalArgumentException(
                "order %d has status %d, which is none of 1, 2, 3, 5, 6"
                    .formatted(orderId, status));
      };
    }
  }
}
