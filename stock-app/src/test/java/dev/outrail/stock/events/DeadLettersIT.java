package dev.outrail.stock.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.deadletter.DeadLetter;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import dev.outrail.messaging.deadletter.DeadLetters.Retried;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.testbed.kafka.ConsumedTopic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class DeadLettersIT extends RunningStockApp {

  private final MeterRegistry meters;
  private final DeadLetters operator;

  @Autowired
  DeadLettersIT(JdbcClient jdbc, MeterRegistry meters, DeadLetters operator) {
    super(jdbc);
    this.meters = meters;
    this.operator = operator;
  }

  @Test
  void whatCanNeverBeAppliedIsParkedAndTheNextOfThePartitionIsApplied() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 1);

    long other = StockTables.newNumber();
    PAID.publish(ConsumedTopic.newEventId(), other, "not JSON");
    PAID.publish(
        "" + other,
        paid(other),
        ConsumedTopic.headers(ConsumedTopic.newEventId(), "order.paid.v2"));
    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(9, 0, 1));
    assertThat(tables.deadLetters(other)).containsExactly("not JSON", paid(other));
  }

  @Test
  void anOrderForWhichNothingIsHeldIsParked() {
    long orderId = StockTables.newNumber();
    double before = notSellable("NOTHING_HELD");

    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(tables.deadLetters(orderId)).hasSize(1);
    assertThat(notSellable("NOTHING_HELD")).isEqualTo(before + 1);
  }

  @Test
  void locksThatTheStockDoesNotCoverAreParkedAndAppliedOnceTheyArePutRight() {
    long pots = tables.sku(10);
    long cups = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.hold(orderId, cups, 1);
    tables.forgetLocked(pots, 1);
    String eventId = ConsumedTopic.newEventId();
    double before = notSellable("STOCK_DIFFERS");

    PAID.publish(eventId, orderId, paid(orderId));
    awaitRead();
    PAID.publish(eventId, orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 1, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(9, 1, 0));
    assertThat(notSellable("STOCK_DIFFERS"))
        .as("delivered twice, tried once")
        .isEqualTo(before + 1);
    String key = Long.toString(orderId);
    List<DeadLetter> letters =
        operator.find(new Query(null, null, key, null, null, null, null), 0, 10);
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).cause()).contains("order " + orderId, "STOCK_DIFFERS");

    tables.forgetLocked(pots, -1);
    assertThat(operator.retryKey(StockConsumer.NAME, "order-notify-stock", key).applied())
        .isEqualTo(1);

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 0, 2));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(9, 0, 1));
  }

  @Test
  void ofManyOrdersOnlyTheOneThatCannotBeSoldIsParkedAndCountedOnce() {
    long pots = tables.sku(100);
    long bad = StockTables.newNumber();
    double before = notSellable("NOTHING_HELD");
    List<Long> good = LongStream.range(0, 20).map(n -> StockTables.newNumber()).boxed().toList();
    good.forEach(orderId -> tables.hold(orderId, pots, 1));

    for (int i = 0; i < good.size(); i++) {
      if (i == 10) {
        PAID.publish(ConsumedTopic.newEventId(), bad, paid(bad));
      }
      PAID.publish(ConsumedTopic.newEventId(), good.get(i), paid(good.get(i)));
    }
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(80, 0, 20));
    assertThat(tables.deadLetters(bad)).hasSize(1);
    assertThat(notSellable("NOTHING_HELD")).isEqualTo(before + 1);
  }

  @Test
  void aClosedOrderWhoseLocksTheStockDoesNotCoverIsParkedAndLeavesNoTombstone() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.forgetLocked(pots, 1);
    String eventId = ConsumedTopic.newEventId();

    CLOSED.publish(eventId, orderId, closed(orderId));
    CLOSED.publish(ConsumedTopic.newEventId(), orderId, "{}");
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 1, 0));
    assertThat(tables.hasTombstone(orderId)).isFalse();
    assertThat(tables.deadLetters(orderId)).containsExactly(closed(orderId), "{}");

    tables.forgetLocked(pots, -1);
    Retried retried = operator.retryKey(StockConsumer.NAME, "order-closed", Long.toString(orderId));
    assertThat(retried.applied()).as("up to the one that nobody can read").isEqualTo(1);
    assertThat(retried.failed()).hasSize(1);

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.hasTombstone(orderId)).isTrue();
  }

  private double notSellable(String reason) {
    var counter = meters.find(OrderPaidListener.NOT_SELLABLE).tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }
}
