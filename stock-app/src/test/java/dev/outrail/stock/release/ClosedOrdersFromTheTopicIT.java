package dev.outrail.stock.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.stock.Events;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.SessionStatements;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class ClosedOrdersFromTheTopicIT extends RunningStockApp {

  private final ReleaseStock releaseStock;
  private final SessionStatements statements;
  private final EventListeners listeners;

  @Autowired
  ClosedOrdersFromTheTopicIT(
      JdbcClient jdbc,
      ReleaseStock releaseStock,
      PlatformTransactionManager transactions,
      EventListeners listeners) {
    super(jdbc);
    this.releaseStock = releaseStock;
    this.statements = new SessionStatements(jdbc, transactions);
    this.listeners = listeners;
  }

  @Test
  void whatAClosedOrderHeldIsFreeAgainAndOtherOrdersKeepTheirs() {
    long pots = tables.sku(10);
    long cups = tables.sku(20);
    long closed = StockTables.newNumber();
    tables.hold(closed, pots, 1);
    tables.hold(closed, cups, 4);
    long waiting = StockTables.newNumber();
    tables.hold(waiting, cups, 3);
    String eventId = ConsumedTopic.newEventId();

    CLOSED.publish(eventId, closed, closed(closed));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(17, 3, 0));
    assertThat(tables.locks(closed))
        .isEqualTo(Map.of(pots, LockStatus.RELEASED, cups, LockStatus.RELEASED));
    assertThat(tables.locks(waiting)).isEqualTo(Map.of(cups, LockStatus.LOCKED));
    assertThat(tables.hasTombstone(closed)).isTrue();
    assertThat(tables.isProcessed(eventId)).isTrue();
  }

  @Test
  void itIsReleasedOnceRedeliveredOrUnderAnotherEventId() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.hold(StockTables.newNumber(), pots, 5);
    String eventId = ConsumedTopic.newEventId();

    CLOSED.publish(eventId, orderId, closed(orderId));
    CLOSED.publish(eventId, orderId, closed(orderId));
    CLOSED.publish(ConsumedTopic.newEventId(), orderId, closed(orderId));
    awaitRead();
    CLOSED.publish(ConsumedTopic.newEventId(), orderId, closed(orderId));
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(5, 5, 0));
    assertThat(tables.deadLetters(orderId)).isEmpty();
  }

  @Test
  void itIsReleasedOnceWhenAllIsReplayed() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.hold(StockTables.newNumber(), pots, 5);
    CLOSED.publish(ConsumedTopic.newEventId(), orderId, closed(orderId));
    awaitRead();

    listeners.stop();
    CLOSED.forgetAcknowledgements();
    listeners.start();
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(5, 5, 0));
  }

  @Test
  void anOrderThatHeldNothingGetsATombstone() {
    long orderId = StockTables.newNumber();

    CLOSED.publish(ConsumedTopic.newEventId(), orderId, closed(orderId));
    awaitRead();

    assertThat(tables.hasTombstone(orderId)).isTrue();
    assertThat(tables.deadLetters(orderId)).isEmpty();
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheBatch() {
    long pots = tables.sku(1_000);
    long cups = tables.sku(1_000);
    List<Long> three = held(3, pots, cups);
    List<Long> twoHundred = held(200, pots, cups);

    Map<String, Long> ofThree = statements.of(() -> release(three));
    Map<String, Long> ofTwoHundred = statements.of(() -> release(twoHundred));

    assertThat(ofThree)
        .isEqualTo(Map.of("Com_insert_select", 1L, "Com_select", 2L, "Com_update_multi", 2L));
    assertThat(ofTwoHundred).isEqualTo(ofThree);
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(1_000, 0, 0));
    assertThat(tables.skusThatDoNotAddUp()).isZero();
  }

  private List<Long> held(int orders, long... skus) {
    List<Long> orderIds =
        LongStream.range(0, orders).map(n -> StockTables.newNumber()).boxed().toList();
    for (long orderId : orderIds) {
      for (long sku : skus) {
        tables.hold(orderId, sku, 2);
      }
    }
    return orderIds;
  }

  private void release(List<Long> orderIds) {
    releaseStock.apply(orderIds.stream().map(Events::closed).toList());
  }
}
