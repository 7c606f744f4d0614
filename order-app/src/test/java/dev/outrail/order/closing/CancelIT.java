package dev.outrail.order.closing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.order.Api.Answer;
import dev.outrail.order.CloseReason;
import dev.outrail.order.EventSchemas;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class CancelIT extends RunningOrderApp {

  @Autowired
  CancelIT(JdbcClient jdbc) {
    super(jdbc);
  }

  @Test
  void anUnpaidOrderIsClosedAndAnnouncedOnceHoweverOftenItIsCancelled() {
    long orderId = tables.unpaidOrder(100);

    Answer first = cancel(7, orderId);
    Answer second = cancel(7, orderId);

    assertThat(first.status()).isEqualTo(second.status()).isEqualTo(200);
    assertThat(first.body()).isEqualTo(second.body());
    assertThat(first.data().asLong()).isEqualTo(orderId);
    assertThat(tables.order(orderId).status()).isEqualTo(OrderStatus.CLOSED);
    assertThat(tables.order(orderId).version()).isEqualTo(1);
    assertThat(tables.closeReason(orderId)).isEqualTo(CloseReason.CANCELLED);
    assertThat(tables.closeTime(orderId))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    assertThat(tables.outbox("order-closed", orderId))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.payload())
                  .isEqualTo(
                      "{\"orderId\":%d,\"reason\":\"CANCELLED\",\"closedAt\":\"%s\"}"
                          .formatted(orderId, tables.closeTime(orderId)));
              assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
            });
  }

  @Test
  void someoneElsesOrderAndOneThatIsOnlySubmittedAnswerLikeOneThatDoesNotExist() {
    long others = tables.unpaidOrder(100);
    long submitted = tables.submittedOrder(100);

    for (Answer answer :
        new Answer[] {
          cancel(8, others), cancel(7, submitted), cancel(7, OrderTables.newNumber())
        }) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.code()).isEqualTo("A03000");
    }
    assertThat(tables.order(others).version()).isZero();
    assertThat(tables.order(submitted).version()).isZero();
    assertThat(tables.outbox("order-closed", submitted)).isEmpty();
  }

  @Test
  void aPaidOrderIsNotCancelled() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();
    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 100)));
    awaitRead();

    Answer answer = cancel(7, orderId);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03007");
    assertThat(tables.order(orderId).status()).isEqualTo(OrderStatus.PAID);
    assertThat(tables.outbox("order-closed", orderId)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "CANCELLED", mode = EnumSource.Mode.EXCLUDE)
  void anOrderThatWasClosedForAnotherReasonIsExpired(CloseReason reason) {
    long orderId = tables.unpaidOrder(100);
    tables.close(orderId, reason);

    Answer answer = cancel(7, orderId);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03003");
    assertThat(tables.closeReason(orderId)).isEqualTo(reason);
    assertThat(tables.outbox("order-closed", orderId)).isEmpty();
  }

  @Test
  void aPaymentThatComesAfterTheCancellationIsRejected() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();
    cancel(7, orderId);

    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 100)));
    awaitRead();

    assertThat(tables.order(orderId).status()).isEqualTo(OrderStatus.CLOSED);
    assertThat(tables.outbox("order-notify-stock", orderId)).isEmpty();
    assertThat(tables.outbox("order-pay-rejected", payId))
        .singleElement()
        .satisfies(row -> assertThat(row.payload()).contains("ORDER_CLOSED"));
  }

  private Answer cancel(long userId, long orderId) {
    return api().put("/orders/%d/cancel".formatted(orderId), USERS.of(userId));
  }
}
