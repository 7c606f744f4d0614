package dev.outrail.payment.notice;

import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.payment.payment.Payment;
import dev.outrail.payment.payment.PaymentPart;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * The event: a payment succeeded and is the effective one of these orders. Its form is {@code
 * outrail/schema/events/payment.succeeded.v1.schema.json}.
 *
 * @param amount sum of the orders listed here, minor units
 */
record PaymentSucceeded(
    long payId,
    long userId,
    long amount,
    String currency,
    Instant paidAt,
    List<OrderAmount> orders) {

  static final String TYPE = "payment.succeeded.v1";
  static final String TOPIC = "order-notify";

  // Its own mapper: the contract must not follow the settings of the web side.
  private static final JsonMapper JSON = JsonMapper.builder().build();

  record OrderAmount(long orderId, long amount) {}

  /**
   * @param effective at least one, by ascending order id
   */
  static OutboxEvent event(Payment payment, List<PaymentPart> effective, Instant paidAt) {
    PaymentSucceeded payload =
        new PaymentSucceeded(
            payment.payId().value(),
            payment.userId(),
            effective.stream().mapToLong(PaymentPart::amount).reduce(0, Math::addExact),
            payment.money().currency(),
            paidAt,
            effective.stream()
                .map(part -> new OrderAmount(part.orderId().value(), part.amount()))
                .toList());
    return OutboxEvent.json(
        TOPIC, payment.payId().toString(), TYPE, JSON.writeValueAsString(payload));
  }
}
