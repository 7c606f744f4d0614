package dev.outrail.payment.paying;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.payment.orders.Order;
import dev.outrail.payment.orders.Order.Payability;
import dev.outrail.payment.orders.OrderApp;
import dev.outrail.payment.orders.OrderAppUnavailableException;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PaidOrders;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the orders that a user wants to pay, if all of them can be paid by this user. */
@Component
class PayableOrders {

  private final OrderApp orderApp;
  private final PaidOrders paidOrders;

  PayableOrders(OrderApp orderApp, PaidOrders paidOrders) {
    this.orderApp = orderApp;
    this.paidOrders = paidOrders;
  }

  /**
   * The orders by ascending id. What is true now may change before the payment is confirmed: what
   * decides then is the claim in {@link PaidOrders}, and order-app's own check.
   *
   * @throws ApiException ORDER_NOT_EXIST for an unknown order and for someone else's alike, so that
   *     a stranger learns nothing; ORDER_EXPIRED for a closed, ORDER_PAYED for a paid one;
   *     INVALID_ARGUMENT for orders in several currencies; unavailable without order-app
   */
  List<Order> find(long userId, SortedSet<OrderId> orderIds) {
    Map<OrderId, Order> known = ask(orderIds);
    refuse(
        orderIds.stream().filter(id -> !isOrderOf(userId, known.get(id))).toList(),
        ResultCode.ORDER_NOT_EXIST,
        "you have no such order");
    List<Order> orders = orderIds.stream().map(known::get).toList();
    refuse(with(Payability.CLOSED, orders), ResultCode.ORDER_EXPIRED, "the order is closed");
    refuse(with(Payability.PAID, orders), ResultCode.ORDER_PAYED, "the order is already paid");
    refuse(paidOrders.paidAmong(orderIds), ResultCode.ORDER_PAYED, "the order is already paid");
    if (orders.stream().map(order -> order.total().currency()).distinct().count() > 1) {
      throw new ApiException(
          ResultCode.INVALID_ARGUMENT,
          "the orders are in several currencies; pay those of each currency by themselves");
    }
    return orders;
  }

  private Map<OrderId, Order> ask(Collection<OrderId> orderIds) {
    try {
      return orderApp.find(orderIds);
    } catch (OrderAppUnavailableException e) {
      throw ApiException.unavailable(
          "order-app, which knows the orders, cannot be asked now; nothing was paid, try again later",
          e);
    }
  }

  private static boolean isOrderOf(long userId, @Nullable Order order) {
    return order != null && order.userId() == userId;
  }

  private static List<OrderId> with(Payability payability, List<Order> orders) {
    return orders.stream()
        .filter(order -> order.payability() == payability)
        .map(Order::orderId)
        .toList();
  }

  private static void refuse(List<OrderId> orderIds, ResultCode code, String why) {
    if (!orderIds.isEmpty()) {
      throw new ApiException(
          code,
          "%s: %s"
              .formatted(
                  why, orderIds.stream().map(OrderId::toString).collect(Collectors.joining(", "))));
    }
  }
}
