package dev.outrail.stock.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.LockStatus;
import dev.outrail.stock.OrderPaidTopic;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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

    TOPIC.publish(OrderPaidTopic.newEventId(), orderId, "not JSON");
    TOPIC.publish(
        key, paid(orderId), OrderPaidTopic.headers(OrderPaidTopic.newEventId(), "order.paid.v2"));
    TOPIC.publish(OrderPaidTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(9, 0, 9));
    assertThat(TOPIC.deadLetters(key))
        .extracting(message -> new String(message.value(), StandardCharsets.UTF_8))
        .containsExactly("not JSON", paid(orderId));
  }

  @Test
  void anOrderWhoseLocksWereReleasedIsParkedWithoutADeductionAndCanBeReplayed() {
    long pots = tables.sku(10);
    long cups = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 1);
    tables.hold(orderId, cups, 2);
    tables.release(orderId, pots, 1);
    long waiting = StockTables.newNumber();
    tables.hold(waiting, pots, 5);
    String eventId = OrderPaidTopic.newEventId();
    double before = notSellable("RELEASED");

    TOPIC.publish(eventId, orderId, paid(orderId));
    awaitRead();
    TOPIC.publish(eventId, orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(5, 5, 10));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(8, 2, 10));
    assertThat(tables.locks(orderId))
        .isEqualTo(Map.of(pots, LockStatus.RELEASED, cups, LockStatus.LOCKED));
    assertThat(tables.isProcessed(eventId)).isFalse();
    assertThat(notSellable("RELEASED")).isEqualTo(before + 2);
    assertThat(TOPIC.deadLetters(Long.toString(orderId)))
        .hasSize(2)
        .allSatisfy(
            message ->
                assertThat(text(message, KafkaHeaders.DLT_EXCEPTION_MESSAGE))
                    .contains("order " + orderId, "RELEASED"));

    tables.lockAgain(orderId, pots, 1);
    TOPIC.publish(eventId, orderId, paid(orderId));
    awaitRead();

    assertThat(tables.locks(orderId))
        .isEqualTo(Map.of(pots, LockStatus.USED, cups, LockStatus.USED));
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(4, 5, 9));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(8, 0, 8));
  }

  @Test
  void anOrderForWhichNothingIsHeldIsParked() {
    long orderId = StockTables.newNumber();
    double before = notSellable("NOTHING_HELD");

    TOPIC.publish(OrderPaidTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(TOPIC.deadLetters(Long.toString(orderId))).hasSize(1);
    assertThat(notSellable("NOTHING_HELD")).isEqualTo(before + 1);
  }

  @Test
  void locksThatTheStockDoesNotCoverAreParkedInsteadOfTriedForEver() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.forgetLocked(pots, 1);

    TOPIC.publish(OrderPaidTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 1, 9));
    assertThat(TOPIC.deadLetters(Long.toString(orderId))).hasSize(1);
    tables.setStatus(orderId, pots, LockStatus.RELEASED);
    tables.forgetLocked(pots, 1);
  }

  private double notSellable(String reason) {
    var counter = meters.find(OrderPaidListener.NOT_SELLABLE).tag("reason", reason).counter();
    return counter == null ? 0 : counter.count();
  }

  private static String text(ConsumerRecord<?, ?> message, String header) {
    return new String(message.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
