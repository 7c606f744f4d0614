package dev.outrail.stock.sale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.EventSchemas;
import dev.outrail.stock.Events;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.SessionStatements;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Appended;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** An order may be closed and paid, and the two events may come in either order. */
class LatePaymentsIT extends RunningStockApp {

  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final SellOrder sellOrder;
  private final SessionStatements statements;

  @Autowired
  LatePaymentsIT(JdbcClient jdbc, SellOrder sellOrder, PlatformTransactionManager transactions) {
    super(jdbc);
    this.sellOrder = sellOrder;
    this.statements = new SessionStatements(jdbc, transactions);
  }

  @Test
  void paidFirstItIsSoldAndTheClosingFindsNothingToRelease() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);

    pay(orderId);
    awaitRead();
    close(orderId);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 0, 2));
    assertThat(tables.locks(orderId)).isEqualTo(Map.of(pots, LockStatus.USED));
    assertThat(tables.appended(orderId)).isEmpty();
  }

  @Test
  void closedFirstItIsLockedAgainAndSoldAtOnce() {
    long pots = tables.sku(10);
    long cups = tables.sku(3);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.hold(orderId, cups, 3);

    close(orderId);
    awaitRead();
    pay(orderId);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 0, 2));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(0, 0, 3));
    assertThat(tables.locks(orderId))
        .isEqualTo(Map.of(pots, LockStatus.USED, cups, LockStatus.USED));
    assertThat(tables.appended(orderId)).isEmpty();
    assertThat(tables.skusThatDoNotAddUp()).isZero();

    close(orderId);
    pay(orderId);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(8, 0, 2));
    assertThat(tables.deadLetters(orderId)).isEmpty();
  }

  @Test
  void whatIsLockedStillAndWhatWasReleasedAreSoldTogether() {
    long pots = tables.sku(10);
    long cups = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 1);
    tables.hold(orderId, cups, 2);
    tables.release(orderId, pots, 1);

    pay(orderId);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(9, 0, 1));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(8, 0, 2));
    assertThat(tables.locks(orderId))
        .isEqualTo(Map.of(pots, LockStatus.USED, cups, LockStatus.USED));
  }

  @Test
  void ifItsStockIsGoneNothingIsSoldAndOrderAppIsTold() {
    long pots = tables.sku(10);
    long cups = tables.sku(3);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    tables.hold(orderId, cups, 3);
    close(orderId);
    awaitRead();
    long quicker = StockTables.newNumber();
    tables.hold(quicker, cups, 1);
    Map<String, String> headers =
        ConsumedTopic.headers(ConsumedTopic.newEventId(), "order.paid.v1");
    headers.put("traceparent", TRACEPARENT);

    PAID.publish(Long.toString(orderId), paid(orderId), headers);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.pieces(cups)).isEqualTo(new Pieces(2, 1, 0));
    assertThat(tables.locks(orderId))
        .isEqualTo(Map.of(pots, LockStatus.RELEASED, cups, LockStatus.RELEASED));
    List<Appended> appended = tables.appended(orderId);
    assertThat(appended)
        .containsExactly(
            new Appended(
                "order-stock-rejected",
                "order.stock-rejected.v1",
                "{\"orderId\":%d,\"payId\":5,\"reason\":\"STOCK_GONE\"}".formatted(orderId),
                TRACEPARENT));
    assertThat(EventSchemas.errors("order.stock-rejected.v1", appended.get(0).payload())).isEmpty();
    assertThat(tables.deadLetters(orderId)).isEmpty();
  }

  @Test
  void aRejectionIsFinalWhateverComesIn() {
    long pots = tables.sku(2);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);
    close(orderId);
    awaitRead();
    tables.hold(StockTables.newNumber(), pots, 2);
    pay(orderId);
    awaitRead();

    tables.receive(pots, 10);
    pay(orderId);
    close(orderId);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 2, 0));
    assertThat(tables.appended(orderId)).hasSize(1);
  }

  @Test
  void whatIsLockedStillOfARejectedOrderIsReleasedWhenItIsClosed() {
    long pots = tables.sku(10);
    long cups = tables.sku(2);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 1);
    tables.hold(orderId, cups, 2);
    tables.release(orderId, cups, 2);
    tables.hold(StockTables.newNumber(), cups, 2);

    pay(orderId);
    awaitRead();
    assertThat(tables.locks(orderId))
        .isEqualTo(Map.of(pots, LockStatus.LOCKED, cups, LockStatus.RELEASED));
    close(orderId);
    awaitRead();

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
    assertThat(tables.appended(orderId)).hasSize(1);
  }

  @Test
  void ofLatePaymentsInOneBatchThoseThatCameFirstGetWhatIsThere() {
    long pots = tables.sku(5);
    long first = closedOrder(pots, 2);
    long second = closedOrder(pots, 4);
    long third = closedOrder(pots, 3);

    statements.of(
        () ->
            sellOrder.apply(
                List.of(
                    Events.paid(first, 1),
                    Events.paid(second, 2),
                    Events.paid(third, 3),
                    Events.paid(second, 2),
                    Events.paid(first, 1))));

    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(0, 0, 5));
    assertThat(tables.locks(second)).isEqualTo(Map.of(pots, LockStatus.RELEASED));
    assertThat(tables.appended(first)).isEmpty();
    assertThat(tables.appended(second)).hasSize(1);
    assertThat(tables.appended(third)).isEmpty();
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheBatch() {
    long pots = tables.sku(10_000);
    long cups = tables.sku(10_000);
    long rare = tables.sku(1);
    List<Long> three = mixed(3, pots, cups, rare);
    List<Long> twoHundred = mixed(200, pots, cups, rare);

    Map<String, Long> ofThree = statements.of(() -> sell(three));
    Map<String, Long> ofTwoHundred = statements.of(() -> sell(twoHundred));

    assertThat(ofThree)
        .isEqualTo(Map.of("Com_select", 2L, "Com_update_multi", 3L, "Com_insert", 1L));
    assertThat(ofTwoHundred).isEqualTo(ofThree);
    assertThat(tables.appended(twoHundred.get(2))).hasSize(1);
    assertThat(tables.skusThatDoNotAddUp()).isZero();
  }

  /** One third is locked, one was released, one of these has no stock any more. */
  private List<Long> mixed(int orders, long pots, long cups, long rare) {
    return LongStream.range(0, orders)
        .mapToObj(
            n -> {
              long orderId = StockTables.newNumber();
              tables.hold(orderId, pots, 2);
              if (n % 3 == 0) {
                tables.hold(orderId, cups, 1);
                return orderId;
              }
              tables.release(orderId, pots, 2);
              if (n % 3 == 2) {
                tables.releasedWithoutStock(orderId, rare, 2);
              }
              return orderId;
            })
        .toList();
  }

  private void sell(List<Long> orderIds) {
    sellOrder.apply(orderIds.stream().map(orderId -> Events.paid(orderId, 5)).toList());
  }

  private long closedOrder(long skuId, int count) {
    long orderId = StockTables.newNumber();
    tables.hold(orderId, skuId, count);
    tables.release(orderId, skuId, count);
    return orderId;
  }

  private void pay(long orderId) {
    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
  }

  private void close(long orderId) {
    CLOSED.publish(ConsumedTopic.newEventId(), orderId, closed(orderId));
  }
}
