package dev.outrail.stock.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.testbed.kafka.ConsumedTopic;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.support.KafkaHeaders;

class DeadLettersIT extends RunningStockApp {

  private final MeterRegistry meters;

  @Autowired
  DeadLettersIT(JdbcClient jdbc, MeterRegistry meters) {
    super(jdbc);
    this.meters = meters;
  }

  @Test
  void whatCanNeverBeAppliedIsParkedAndTheNextOfThePartitionIsApplied() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 1);
    String key = Long.toString(orderId);

    PAID.publish(ConsumedTopic.newEventId(), orderId, "not JSON");
    PAID.publish(
        key, paid(orderId), ConsumedTopic.headers(ConsumedTopic.newEventId(), "order.paid.v2"));
    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(9, 0, 1));
    assertThat(PAID.deadLetters(key))
        .extracting(message -> new String(message.value(), StandardCharsets.UTF_8))
        .containsExactly("not JSON", paid(orderId));
  }

  @Test
  void anOrderForWhichNothingIsHeldIsParked() {
    long orderId = StockTables.newNumber();
    double before = notSellable("NOTHING_HELD");

    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(PAID.deadLetters(Long.toString(orderId))).hasSize(1);
    assertThat(notSellable("NOTHING_HELD")).isEqualTo(before + 1);
  }

  @Test
  void locksThatTheStockDoesNotCoverAreParkedAndCanBeReplayedWhenTheyArePutRight() {
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
    assertThat(tables.isProcessed(eventId)).isFalse();
    assertThat(notSellable("STOCK_DIFFERS")).isEqualTo(before + 2);
    assertThat(PAID.deadLetters(Long.toString(orderId)))
        .hasSize(2)
        .allSatisfy(
            message ->
                assertThat(text(message, KafkaHeaders.DLT_EXCEPTION_MESSAGE))
                    .contains("order " + orderId, "STOCK_DIFFERS"));

    tables.forgetLocked(pots, -1);
    PAID.publish(eventId, orderId, paid(orderId));
    awaitRead();

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
    assertThat(PAID.deadLetters(Long.toString(bad))).hasSize(1);
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
    assertThat(CLOSED.deadLetters(Long.toString(orderId))).hasSize(2);

    tables.forgetLocked(pots, -1);
    CLOSED.publish(eventId, orderId, closed(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.hasTombstone(orderId)).isTrue();
  }

  private double notSellable(String reason) {
    var counter = meters.find(OrderPaidListener.NOT_SELLABLE).tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }

  private static String text(ConsumerRecord<?, ?> message, String header) {
    return new String(message.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
