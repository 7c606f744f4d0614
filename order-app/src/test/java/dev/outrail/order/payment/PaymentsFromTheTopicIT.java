package dev.outrail.order.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.order.CloseReason;
import dev.outrail.order.EventSchemas;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.OrderTables.OutboxRow;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PaymentsFromTheTopicIT extends RunningOrderApp {

  private final EventListeners listeners;
  private final PlatformTransactionManager transactions;

  @Autowired
  PaymentsFromTheTopicIT(
      JdbcClient jdbc, EventListeners listeners, PlatformTransactionManager transactions) {
    super(jdbc);
    this.transactions = transactions;
    this.listeners = listeners;
  }

  @Test
  void aPaymentPaysItsOrdersAndTellsTheStockOfEach() {
    long first = tables.unpaidOrder(12900);
    long second = tables.unpaidOrder(20000);
    long payId = OrderTables.newNumber();
    String eventId = ConsumedTopic.newEventId();

    TOPIC.publish(eventId, payId, payment(payId, part(first, 12900), part(second, 20000)));
    awaitRead();

    for (long orderId : List.of(first, second)) {
      assertThat(tables.order(orderId))
          .isEqualTo(
              new OrderTables.StoredOrder(
                  OrderStatus.PAID, true, payId, Instant.parse("2026-11-24T10:00:00.123456Z"), 1));
      assertThat(tables.outbox("order-notify-stock", orderId))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.type()).isEqualTo("order.paid.v1");
                assertThat(row.contentType()).isEqualTo("application/json");
                assertThat(row.payload()).contains("\"orderId\":" + orderId, "\"payId\":" + payId);
                assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
              });
    }
    assertThat(tables.outbox("order-pay-rejected", payId)).isEmpty();
    assertThat(tables.isProcessed(eventId)).isTrue();
  }

  @Test
  void whatCannotBePaidIsLeftAsItIsAndRejectedWhileTheRestIsPaid() {
    long payable = tables.unpaidOrder(100);
    long closed = tables.unpaidOrder(200);
    tables.close(closed);
    long dearer = tables.unpaidOrder(301);
    long unknown = OrderTables.newNumber();
    long paidOtherwise = tables.unpaidOrder(500);
    long otherPayId = OrderTables.newNumber();
    TOPIC.publish(
        ConsumedTopic.newEventId(), otherPayId, payment(otherPayId, part(paidOtherwise, 500)));
    awaitRead();
    long payId = OrderTables.newNumber();

    TOPIC.publish(
        ConsumedTopic.newEventId(),
        payId,
        payment(
            payId,
            part(payable, 100),
            part(closed, 200),
            part(dearer, 300),
            part(unknown, 400),
            part(paidOtherwise, 500)));
    awaitRead();

    assertThat(tables.order(payable).payId()).isEqualTo(payId);
    assertThat(tables.outbox("order-notify-stock", payable)).hasSize(1);
    assertThat(tables.order(closed).status()).isEqualTo(OrderStatus.CLOSED);
    assertThat(tables.order(closed).version()).isZero();
    assertThat(tables.order(dearer).status()).isEqualTo(OrderStatus.UNPAID);
    assertThat(tables.order(dearer).version()).isZero();
    assertThat(tables.order(paidOtherwise).payId()).isEqualTo(otherPayId);
    assertThat(tables.order(paidOtherwise).version()).isEqualTo(1);
    assertThat(tables.outbox("order-notify-stock", paidOtherwise)).hasSize(1);
    List<OutboxRow> rejected = tables.outbox("order-pay-rejected", payId);
    assertThat(rejected)
        .allSatisfy(
            row -> {
              assertThat(row.type()).isEqualTo("order.payment-rejected.v1");
              assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
            })
        .extracting(OutboxRow::payload)
        .containsExactlyInAnyOrder(
            rejection(payId, closed, 200, "ORDER_CLOSED"),
            rejection(payId, dearer, 300, "AMOUNT_DIFFERS"),
            rejection(payId, unknown, 400, "ORDER_UNKNOWN"),
            rejection(payId, paidOtherwise, 500, "ORDER_PAID_OTHERWISE"));
  }

  @Test
  void anOrderThatTimedOutWhileThePaymentWasUnderWayIsPaidAllTheSame() {
    long inTime = tables.unpaidOrder(100);
    long timedOut = tables.unpaidOrder(200);
    tables.close(timedOut, CloseReason.TIMED_OUT);
    long cancelled = tables.unpaidOrder(300);
    tables.close(cancelled, CloseReason.CANCELLED);
    long payId = OrderTables.newNumber();

    TOPIC.publish(
        ConsumedTopic.newEventId(),
        payId,
        payment(payId, part(inTime, 100), part(timedOut, 200), part(cancelled, 300)));
    awaitRead();

    assertThat(tables.order(timedOut)).isEqualTo(tables.order(inTime));
    assertThat(tables.order(timedOut).payId()).isEqualTo(payId);
    assertThat(tables.closeReason(timedOut)).isNull();
    assertThat(tables.closeTime(timedOut)).isNull();
    assertThat(tables.outbox("order-notify-stock", timedOut)).hasSize(1);
    assertThat(tables.order(cancelled).status()).isEqualTo(OrderStatus.CLOSED);
    assertThat(tables.outbox("order-pay-rejected", payId))
        .extracting(OutboxRow::payload)
        .containsExactly(rejection(payId, cancelled, 300, "ORDER_CLOSED"));
  }

  @Test
  void aRedeliveryChangesNothing() {
    long orderId = tables.unpaidOrder(100);
    long unknown = OrderTables.newNumber();
    long payId = OrderTables.newNumber();
    String eventId = ConsumedTopic.newEventId();
    String payload = payment(payId, part(orderId, 100), part(unknown, 5));

    TOPIC.publish(eventId, payId, payload);
    TOPIC.publish(eventId, payId, payload);
    awaitRead();

    assertThat(tables.order(orderId).version()).isEqualTo(1);
    assertThat(tables.outbox("order-notify-stock", orderId)).hasSize(1);
    assertThat(tables.outbox("order-pay-rejected", payId)).hasSize(1);
  }

  @Test
  void theSamePaymentUnderAnotherEventIdFindsItsOrderPaid() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();

    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 100)));
    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 100)));
    awaitRead();

    assertThat(tables.order(orderId).version()).isEqualTo(1);
    assertThat(tables.outbox("order-notify-stock", orderId)).hasSize(1);
    assertThat(tables.outbox("order-pay-rejected", payId)).isEmpty();
  }

  @Test
  void aCrashBetweenCommitAndAcknowledgementAppliesNothingTwice() {
    long paid = tables.unpaidOrder(100);
    long unknown = OrderTables.newNumber();
    long payId = OrderTables.newNumber();
    TOPIC.publish(
        ConsumedTopic.newEventId(), payId, payment(payId, part(paid, 100), part(unknown, 5)));
    awaitRead();
    long outboxRows = tables.outboxRowsOfPayments();

    listeners.stop();
    TOPIC.forgetAcknowledgements();
    long last = tables.unpaidOrder(100);
    long lastPayId = OrderTables.newNumber();
    TOPIC.publish(ConsumedTopic.newEventId(), lastPayId, payment(lastPayId, part(last, 100)));
    listeners.start();
    awaitRead();

    assertThat(tables.order(last).payId()).isEqualTo(lastPayId);
    assertThat(tables.order(paid).version()).isEqualTo(1);
    assertThat(tables.outboxRowsOfPayments()).isEqualTo(outboxRows + 1);
  }

  @Test
  void anOrderThatIsBeingClosedIsWaitedForAndThenLeftClosed() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();

    new TransactionTemplate(transactions)
        .executeWithoutResult(
            status -> {
              tables.close(orderId);
              TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 100)));
              awaitThat(tables::somebodyWaitsForARow);
            });
    awaitRead();

    assertThat(tables.order(orderId).status()).isEqualTo(OrderStatus.CLOSED);
    assertThat(tables.order(orderId).payId()).isNull();
    assertThat(tables.outbox("order-notify-stock", orderId)).isEmpty();
    assertThat(tables.outbox("order-pay-rejected", payId))
        .extracting(OutboxRow::payload)
        .containsExactly(rejection(payId, orderId, 100, "ORDER_CLOSED"));
  }

  @Test
  void theTraceOfThePaymentGoesOnInWhatFollowsFromIt() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();
    Map<String, String> headers =
        ConsumedTopic.headers(ConsumedTopic.newEventId(), "payment.succeeded.v1");
    headers.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    TOPIC.publish(Long.toString(payId), payment(payId, part(orderId, 100)), headers);
    awaitRead();

    assertThat(tables.outbox("order-notify-stock", orderId))
        .singleElement()
        .extracting(OutboxRow::traceparent)
        .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  private static String rejection(long payId, long orderId, long amount, String reason) {
    return "{\"payId\":%d,\"orderId\":%d,\"amount\":%d,\"reason\":\"%s\"}"
        .formatted(payId, orderId, amount, reason);
  }
}
