package dev.outrail.order.announcement;

import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.order.CloseReason;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;

/** Makes the events, ready to append in the transaction that makes them true. */
public final class OrderEvents {

  private static final String PAID_TOPIC = "order-notify-stock";
  private static final String REJECTED_TOPIC = "order-pay-rejected";
  private static final String CREATED_TOPIC = "order-created";
  private static final String CLOSED_TOPIC = "order-closed";

  /** Its own mapper: the contract must not move with the settings of the web side. */
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private OrderEvents() {}

  /** The order is paid: stock-app sells what is locked for it. */
  public static OutboxEvent paid(long orderId, long payId, Instant paidAt) {
    return OutboxEvent.json(
        PAID_TOPIC,
        Long.toString(orderId),
        "order.paid.v1",
        JSON.writeValueAsString(new Paid(orderId, payId, paidAt)));
  }

  /**
   * The order does not take what was paid for it: payment-app pays it back.
   *
   * @param amount that part of the payment, minor units
   */
  public static OutboxEvent paymentRejected(
      long payId, long orderId, long amount, RejectionReason reason) {
    return OutboxEvent.json(
        REJECTED_TOPIC,
        Long.toString(payId),
        "order.payment-rejected.v1",
        JSON.writeValueAsString(new Rejected(payId, orderId, amount, reason)));
  }

  /** The order waits for payment. */
  public static OutboxEvent created(OrderCreated order) {
    return OutboxEvent.json(
        CREATED_TOPIC,
        Long.toString(order.orderId()),
        "order.created.v1",
        JSON.writeValueAsString(order));
  }

  /** The order is closed: stock-app releases what is locked for it. */
  public static OutboxEvent closed(long orderId, CloseReason reason, Instant closedAt) {
    return OutboxEvent.json(
        CLOSED_TOPIC,
        Long.toString(orderId),
        "order.closed.v1",
        JSON.writeValueAsString(new Closed(orderId, reason, closedAt)));
  }

  private record Paid(long orderId, long payId, Instant paidAt) {}

  private record Rejected(long payId, long orderId, long amount, RejectionReason reason) {}

  private record Closed(long orderId, CloseReason reason, Instant closedAt) {}
}
