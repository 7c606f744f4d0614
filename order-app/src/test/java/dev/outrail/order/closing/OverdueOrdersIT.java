package dev.outrail.order.closing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.order.CloseReason;
import dev.outrail.order.EventSchemas;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.ShortTransaction;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class OverdueOrdersIT extends RunningOrderApp {

  private static final Duration PAY_TIMEOUT = Duration.ofMinutes(30);
  private static final Duration SUBMIT_TIMEOUT = Duration.ofMinutes(2);

  private final OrderStates states;
  private final ShortTransaction transaction;
  private final PlatformTransactionManager transactions;
  private final Outbox outbox;

  @Autowired
  OverdueOrdersIT(
      JdbcClient jdbc,
      OrderStates states,
      ShortTransaction transaction,
      PlatformTransactionManager transactions,
      Outbox outbox) {
    super(jdbc);
    this.outbox = outbox;
    this.states = states;
    this.transaction = transaction;
    this.transactions = transactions;
  }

  @Test
  void whatIsOverdueIsClosedAndAnnouncedAndNothingElse() {
    long unpaid = aged(tables.unpaidOrder(100), PAY_TIMEOUT.plusSeconds(5));
    long submitted = aged(tables.submittedOrder(100), SUBMIT_TIMEOUT.plusSeconds(5));
    long unpaidInTime = aged(tables.unpaidOrder(100), PAY_TIMEOUT.minusSeconds(60));
    long submittedInTime = tables.submittedOrder(100);
    long cancelled = tables.unpaidOrder(100);
    tables.close(cancelled, CloseReason.CANCELLED);
    aged(cancelled, PAY_TIMEOUT.plusSeconds(5));

    awaitClosed(unpaid, submitted);

    for (long orderId : List.of(unpaid, submitted)) {
      assertThat(tables.order(orderId).version()).isEqualTo(1);
      assertThat(tables.closeReason(orderId)).isEqualTo(CloseReason.TIMED_OUT);
      assertThat(tables.outbox("order-closed", orderId))
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.type()).isEqualTo("order.closed.v1");
                assertThat(row.payload())
                    .isEqualTo(
                        "{\"orderId\":%d,\"reason\":\"TIMED_OUT\",\"closedAt\":\"%s\"}"
                            .formatted(orderId, tables.closeTime(orderId)));
                assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
              });
    }
    assertThat(tables.order(unpaidInTime).status()).isEqualTo(OrderStatus.UNPAID);
    assertThat(tables.order(submittedInTime).status()).isEqualTo(OrderStatus.SUBMITTED);
    assertThat(tables.closeReason(cancelled)).isEqualTo(CloseReason.CANCELLED);
    assertThat(tables.order(cancelled).version()).isZero();
  }

  @Test
  void anOrderThatIsPaidIsNeverOverdue() {
    long paid = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();
    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(paid, 100)));
    awaitRead();
    aged(paid, PAY_TIMEOUT.plusDays(1));
    long unpaid = aged(tables.unpaidOrder(100), PAY_TIMEOUT.plusSeconds(5));

    awaitClosed(unpaid);

    assertThat(tables.order(paid).status()).isEqualTo(OrderStatus.PAID);
  }

  @Test
  void whatSomebodyHasLockedIsLeftOutAndHoldsUpNothing() {
    long locked = tables.unpaidOrder(100);
    long free = tables.unpaidOrder(100);

    new TransactionTemplate(transactions)
        .executeWithoutResult(
            status -> {
              tables.age(locked, PAY_TIMEOUT.plusHours(1));
              CompletableFuture.runAsync(
                      () -> {
                        aged(free, PAY_TIMEOUT.plusSeconds(5));
                        awaitClosed(free);
                      })
                  .join();
            });
    awaitClosed(locked);

    assertThat(tables.outbox("order-closed", locked)).hasSize(1);
  }

  @Test
  void aBatchIsAsLargeAsItIsAllowedToBeAndSaysWhetherThereIsMore() {
    CloseOverdue closeOverdue =
        new CloseOverdue(
            new ClosingProperties(
                Duration.ofMinutes(20), Duration.ofDays(1), Duration.ofSeconds(1), 2),
            transaction,
            states,
            outbox);
    while (closeOverdue.closeSome()) {
      // What other tests left is not counted here.
    }
    List<Long> overdue = Stream.generate(() -> tables.unpaidOrder(100)).limit(5).toList();
    for (int i = 0; i < overdue.size(); i++) {
      tables.age(overdue.get(i), Duration.ofMinutes(28).minusSeconds(10L * i));
    }

    assertThat(closeOverdue.closeSome()).isTrue();
    assertThat(closed(overdue)).containsExactlyElementsOf(overdue.subList(0, 2));
    assertThat(closeOverdue.closeSome()).isTrue();
    assertThat(closeOverdue.closeSome()).isFalse();
    assertThat(closed(overdue)).containsExactlyElementsOf(overdue);
    assertThat(closeOverdue.closeSome()).isFalse();
  }

  @Test
  void anErrorInALookDoesNotEndTheJob() {
    ClosingProperties sooner =
        new ClosingProperties(
            Duration.ofMinutes(20), Duration.ofDays(1), Duration.ofMillis(50), 1_000);
    AtomicInteger looks = new AtomicInteger();
    Outbox broken =
        events -> {
          if (looks.incrementAndGet() == 1) {
            throw new AssertionError("thrown on purpose");
          }
          return outbox.appendAll(events);
        };
    OverdueOrdersJob job =
        new OverdueOrdersJob(new CloseOverdue(sooner, transaction, states, broken), sooner);
    long orderId = aged(tables.unpaidOrder(100), Duration.ofMinutes(25));
    try {
      job.applicationIsReady();

      awaitClosed(orderId);
    } finally {
      job.stop();
    }
    assertThat(looks).hasValueGreaterThan(1);
    assertThat(tables.outbox("order-closed", orderId)).hasSize(1);
  }

  private long aged(long orderId, Duration age) {
    tables.age(orderId, age);
    return orderId;
  }

  private void awaitClosed(long... orderIds) {
    awaitThat(
        () ->
            LongStream.of(orderIds)
                .allMatch(orderId -> tables.order(orderId).status() == OrderStatus.CLOSED));
  }

  private List<Long> closed(List<Long> orderIds) {
    return orderIds.stream()
        .filter(orderId -> tables.order(orderId).status() == OrderStatus.CLOSED)
        .toList();
  }
}
