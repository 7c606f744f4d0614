package dev.outrail.order.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

class OrderStatesIT extends RunningOrderApp {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123456Z");

  private final OrderStates states;
  private final ShortTransaction transaction;

  @Autowired
  OrderStatesIT(JdbcClient jdbc, OrderStates states, ShortTransaction transaction) {
    super(jdbc);
    this.states = states;
    this.transaction = transaction;
  }

  @Test
  void onlyWhatIsSubmittedOpensAndOnlyAsAWhole() {
    long submitted = tables.submittedOrder(100);
    long unpaid = tables.unpaidOrder(100);

    assertChangesNothing(() -> states.open(List.of(submitted, unpaid)), submitted, unpaid);

    transaction.run(() -> done(() -> states.open(List.of(submitted))));
    assertThat(tables.order(submitted).status()).isEqualTo(OrderStatus.UNPAID);
  }

  @Test
  void onlyWhatIsUnpaidOrTimedOutBecomesPaid() {
    long unpaid = tables.unpaidOrder(100);
    long timedOut = tables.unpaidOrder(100);
    tables.close(timedOut, CloseReason.TIMED_OUT);
    long submitted = tables.submittedOrder(100);
    long notStock = tables.unpaidOrder(100);
    tables.close(notStock, CloseReason.NOT_STOCK);
    long closedLongAgo = tables.unpaidOrder(100);
    tables.close(closedLongAgo);

    for (long other : List.of(submitted, notStock, closedLongAgo, OrderTables.newNumber())) {
      assertChangesNothing(
          () -> states.pay(List.of(paid(unpaid), paid(other), paid(timedOut))), unpaid, timedOut);
    }

    transaction.run(() -> done(() -> states.pay(List.of(paid(unpaid), paid(timedOut)))));
    assertThat(tables.order(unpaid)).isEqualTo(tables.order(timedOut));
    assertThat(tables.order(unpaid).payTime()).isEqualTo(NOW);
    assertChangesNothing(() -> states.pay(List.of(paid(unpaid))), unpaid);
  }

  @Test
  void onlyWhatIsAsItWasKnownIsClosed() {
    long orderId = tables.unpaidOrder(100);
    StoredOrder asUnpaid = known(orderId);
    states.pay(List.of(new PaidOrder(orderId, 5, NOW)));
    StoredOrder asPaidBy5 = known(orderId);

    assertChangesNothing(
        () -> states.close(List.of(asUnpaid), CloseReason.TIMED_OUT, NOW), orderId);
    assertChangesNothing(
        () -> states.close(List.of(asPaidBy5.paidBy(6)), CloseReason.STOCK_GONE, NOW), orderId);

    states.close(List.of(asPaidBy5), CloseReason.STOCK_GONE, NOW);
    assertThat(tables.closeTime(orderId)).isEqualTo(NOW);
    StoredOrder asClosed = known(orderId);
    assertChangesNothing(
        () -> states.close(List.of(asClosed), CloseReason.CANCELLED, NOW), orderId);
  }

  @Test
  void whatIsReadIsByAscendingIdAndLeavesOutWhatDoesNotExist() {
    long first = tables.unpaidOrder(100);
    long unknown = OrderTables.newNumber();
    long second = tables.unpaidOrder(200);

    assertThat(states.read(List.of(second, unknown, first, second)).keySet())
        .containsExactly(first, second);
    assertThat(known(first).asOf())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    assertThat(states.read(List.of())).isEmpty();
  }

  @Test
  void theVictimOfADeadlockIsRepeated() {
    long first = tables.unpaidOrder(100);
    long second = tables.unpaidOrder(100);
    CyclicBarrier bothHaveOne = new CyclicBarrier(2);
    AtomicInteger runs = new AtomicInteger();

    CompletableFuture<Integer> here =
        CompletableFuture.supplyAsync(
            () -> transaction.run(() -> lockBoth(first, second, runs, bothHaveOne)));
    CompletableFuture<Integer> there =
        CompletableFuture.supplyAsync(
            () -> transaction.run(() -> lockBoth(second, first, runs, bothHaveOne)));

    assertThat(here.join() + there.join()).isEqualTo(4);
    assertThat(runs).hasValue(3);
  }

  private int lockBoth(long one, long other, AtomicInteger runs, CyclicBarrier bothHaveOne) {
    boolean firstRun = runs.incrementAndGet() <= 2;
    int locked = states.lock(List.of(one)).size();
    if (firstRun) {
      try {
        bothHaveOne.await(30, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    return locked + states.lock(List.of(other)).size();
  }

  private void assertChangesNothing(Runnable change, long... orderIds) {
    List<OrderTables.StoredOrder> before = all(orderIds);

    assertThatThrownBy(() -> transaction.run(() -> done(change)))
        .isInstanceOf(IncorrectUpdateSemanticsDataAccessException.class)
        .hasMessageContaining("expected");
    assertThat(all(orderIds)).isEqualTo(before);
  }

  private List<OrderTables.StoredOrder> all(long... orderIds) {
    return LongStream.of(orderIds).mapToObj(tables::order).toList();
  }

  private StoredOrder known(long orderId) {
    return states.read(List.of(orderId)).get(orderId);
  }

  private static PaidOrder paid(long orderId) {
    return new PaidOrder(orderId, 5, NOW);
  }

  private static boolean done(Runnable change) {
    change.run();
    return true;
  }
}
