package dev.outrail.stock.sale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class PaidOrdersFromTheTopicIT extends RunningStockApp {

  private final EventListeners listeners;

  @Autowired
  PaidOrdersFromTheTopicIT(JdbcClient jdbc, EventListeners listeners) {
    super(jdbc);
    this.listeners = listeners;
  }

  @Test
  void whatAPaidOrderHeldLeavesTheStockAndOtherOrdersKeepTheirs() {
    long pots = tables.sku(10);
    long cups = tables.sku(20);
    long paid = StockTables.newNumber();
    tables.hold(paid, pots, 1);
    tables.hold(paid, cups, 4);
    long waiting = StockTables.newNumber();
    tables.hold(waiting, cups, 3);
    String eventId = ConsumedTopic.newEventId();

    PAID.publish(eventId, paid, paid(paid));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(9, 0, 1));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(13, 3, 4));
    assertThat(tables.locks(paid)).isEqualTo(Map.of(pots, LockStatus.USED, cups, LockStatus.USED));
    assertThat(tables.locks(waiting)).isEqualTo(Map.of(cups, LockStatus.LOCKED));
    assertThat(tables.skusThatDoNotAddUp()).isZero();
    assertThat(tables.isProcessed(eventId)).isTrue();
  }

  @Test
  void aRedeliveryAndTheSameOrderUnderAnotherEventIdDeductNothing() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    long waiting = StockTables.newNumber();
    tables.hold(waiting, pots, 5);
    String eventId = ConsumedTopic.newEventId();

    PAID.publish(eventId, orderId, paid(orderId));
    PAID.publish(eventId, orderId, paid(orderId));
    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(3, 5, 2));
    assertThat(tables.deadLetters(orderId)).isEmpty();
  }

  @Test
  void aCrashBetweenCommitAndAcknowledgementDeductsNothingTwice() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    listeners.stop();
    PAID.forgetAcknowledgements();
    long last = StockTables.newNumber();
    tables.hold(last, pots, 3);
    PAID.publish(ConsumedTopic.newEventId(), last, paid(last));
    listeners.start();
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(5, 0, 5));
  }

  @Test
  void manyOrdersOfTheSameSkusAddUp() {
    long pots = tables.sku(100);
    long cups = tables.sku(100);
    for (int i = 0; i < 30; i++) {
      long orderId = StockTables.newNumber();
      tables.hold(orderId, i % 2 == 0 ? pots : cups, 1);
      tables.hold(orderId, i % 2 == 0 ? cups : pots, 2);
      PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    }
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(55, 0, 45));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(55, 0, 45));
    assertThat(tables.skusThatDoNotAddUp()).isZero();
  }
}
