package dev.outrail.order.closing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.inbox.BatchFailedException;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderTables;
import dev.outrail.order.OrderTables.OutboxRow;
import dev.outrail.order.ReceivedEvents;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.order.payment.PayOrders;
import dev.outrail.order.payment.PaymentSucceeded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Cancellations, time-outs and payments race for the same orders. */
class OneEndForEachOrderIT extends RunningOrderApp {

  private static final int ORDERS = 120;
  private static final int THREADS = 8;

  private final Inbox inbox;
  private final PayOrders payOrders;
  private final CloseOverdue closeOverdue;
  private final Set<Long> aged = ConcurrentHashMap.newKeySet();
  private final Map<Long, List<Integer>> cancelAnswers = new ConcurrentHashMap<>();

  @Autowired
  OneEndForEachOrderIT(
      JdbcClient jdbc, Inbox inbox, PayOrders payOrders, CloseOverdue closeOverdue) {
    super(jdbc);
    this.inbox = inbox;
    this.payOrders = payOrders;
    this.closeOverdue = closeOverdue;
  }

  @RepeatedTest(3)
  void eachOrderEndsPaidOrClosedAndIsAnnouncedOnce() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("Repeat with -Dseed=" + seed);
    Random random = new Random(seed);
    List<Long> orders = new ArrayList<>();
    List<ReceivedEvent<PaymentSucceeded>> payments = new ArrayList<>();
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      long orderId = tables.unpaidOrder(100);
      orders.add(orderId);
      for (int payment = random.nextInt(3); payment > 0; payment--) {
        payments.add(payment(orderId));
      }
      for (int cancel = random.nextInt(3); cancel > 0; cancel--) {
        tasks.add(() -> cancel(orderId));
      }
      if (random.nextInt(3) > 0) {
        tasks.add(() -> age(orderId));
      }
    }
    Collections.shuffle(payments, random);
    for (int from = 0; from < payments.size(); ) {
      int to = Math.min(payments.size(), from + 1 + random.nextInt(15));
      List<ReceivedEvent<PaymentSucceeded>> batch = List.copyOf(payments.subList(from, to));
      tasks.add(() -> pay(batch));
      from = to;
    }
    for (int i = 0; i < 30; i++) {
      tasks.add(this::closeOverdue);
    }
    Collections.shuffle(tasks, random);

    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> each : threads.invokeAll(tasks)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    closeOverdue();

    for (long orderId : orders) {
      assertOneEnd(orderId, payments.stream().filter(one -> isFor(orderId, one)).toList());
    }
  }

  private void assertOneEnd(long orderId, List<ReceivedEvent<PaymentSucceeded>> payments) {
    OrderTables.StoredOrder order = tables.order(orderId);
    List<OutboxRow> paid = tables.outbox("order-notify-stock", orderId);
    List<OutboxRow> closed = tables.outbox("order-closed", orderId);
    List<Integer> answers = cancelAnswers.getOrDefault(orderId, List.of());
    String what =
        "order %d: %s, %s, %s, cancel %s".formatted(orderId, order, paid, closed, answers);
    switch (order.status()) {
      case PAID -> {
        assertThat(paid).as(what).hasSize(1);
        assertThat(closed).as(what).hasSizeLessThan(2);
        assertThat(closed).as(what).allMatch(row -> row.payload().contains("TIMED_OUT"));
        assertThat(answers).as(what).allMatch(status -> status == 409);
      }
      case CLOSED -> {
        CloseReason reason = tables.closeReason(orderId);
        assertThat(closed)
            .as(what)
            .singleElement()
            .satisfies(row -> assertThat(row.payload()).contains(String.valueOf(reason)));
        assertThat(paid).as(what).isEmpty();
        assertThat(order.payId()).as(what).isNull();
        boolean cancelled = reason == CloseReason.CANCELLED;
        assertThat(answers).as(what).allMatch(status -> status == (cancelled ? 200 : 409));
        assertThat(cancelled || payments.isEmpty()).as(what).isTrue();
      }
      case UNPAID -> {
        assertThat(paid).as(what).isEmpty();
        assertThat(closed).as(what).isEmpty();
        assertThat(aged).as(what).doesNotContain(orderId);
        assertThat(payments).as(what).isEmpty();
        assertThat(answers).as(what).isEmpty();
      }
      case SUBMITTED, SHIPPED, SUCCESS -> throw new AssertionError(what);
    }
    for (ReceivedEvent<PaymentSucceeded> payment : payments) {
      long payId = payment.payload().payId();
      assertThat(tables.outbox("order-pay-rejected", payId))
          .as(what)
          .hasSize(Long.valueOf(payId).equals(order.payId()) ? 0 : 1);
    }
  }

  private Void cancel(long orderId) {
    int status = api().put("/orders/%d/cancel".formatted(orderId), USERS.of(7)).status();
    cancelAnswers
        .computeIfAbsent(orderId, id -> Collections.synchronizedList(new ArrayList<>()))
        .add(status);
    return null;
  }

  private Void age(long orderId) {
    tables.age(orderId, Duration.ofHours(1));
    aged.add(orderId);
    return null;
  }

  private Void closeOverdue() {
    while (closeOverdue.closeSome()) {
      Thread.onSpinWait();
    }
    return null;
  }

  /** As the listener does: what failed for a passing reason comes again. */
  private Void pay(List<ReceivedEvent<PaymentSucceeded>> batch) {
    while (true) {
      try {
        inbox.applyBatch("order-app", batch, ReceivedEvent::id, payOrders::apply);
        return null;
      } catch (BatchFailedException e) {
        if (!(e.getCause() instanceof ConcurrencyFailureException)) {
          throw e;
        }
      }
    }
  }

  private static ReceivedEvent<PaymentSucceeded> payment(long orderId) {
    return ReceivedEvents.of(
        new PaymentSucceeded(
            OrderTables.newNumber(),
            "CNY",
            Instant.parse("2026-11-24T10:00:00Z"),
            List.of(new PaymentSucceeded.Part(orderId, 100))));
  }

  private static boolean isFor(long orderId, ReceivedEvent<PaymentSucceeded> payment) {
    return payment.payload().orders().get(0).orderId() == orderId;
  }
}
