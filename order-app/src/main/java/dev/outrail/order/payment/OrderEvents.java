package dev.outrail.order.payment;

import dev.outrail.messaging.outbox.OutboxEvent;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;

/** The events that paying brings forth, as their schemas have them. */
final class OrderEvents {

  static final String PAID_TOPIC = "order-notify-stock";
  static final String REJECTED_TOPIC = "order-pay-rejected";

  /** Its own mapper: the contract must not move with the settings of the web side. */
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private OrderEvents() {}

  static OutboxEvent paid(PaymentSucceeded payment, long orderId) {
    return OutboxEvent.json(
        PAID_TOPIC,
        Long.toString(orderId),
        "order.paid.v1",
        JSON.writeValueAsString(new Paid(orderId, payment.payId(), payment.paidAt())));
  }

  static OutboxEvent rejected(
      PaymentSucceeded payment, PaymentSucceeded.Part part, Verdict reason) {
    return OutboxEvent.json(
        REJECTED_TOPIC,
        Long.toString(payment.payId()),
        "order.payment-rejected.v1",
        JSON.writeValueAsString(
            new Rejected(payment.payId(), part.orderId(), part.amount(), reason)));
  }

  private record Paid(long orderId, long payId, Instant paidAt) {}

  private record Rejected(long payId, long orderId, long amount, Verdict reason) {}
}
