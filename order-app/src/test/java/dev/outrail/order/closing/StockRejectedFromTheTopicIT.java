package dev.outrail.order.closing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.order.CloseReason;
import dev.outrail.order.EventSchemas;
import dev.outrail.order.OneConnection;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.OrderTables;
import dev.outrail.order.OrderTables.OutboxRow;
import dev.outrail.order.ReceivedEvents;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.PaidOrder;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

class StockRejectedFromTheTopicIT extends RunningOrderApp {

  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final OrderStates states;
  private final Environment settings;

  @Autowired
  StockRejectedFromTheTopicIT(JdbcClient jdbc, OrderStates states, Environment settings) {
    super(jdbc);
    this.states = states;
    this.settings = settings;
  }

  @Test
  void anOrderWhoseStockIsGoneIsTakenBackAndThePayerGetsItsTotalBack() {
    long payId = OrderTables.newNumber();
    long gone = paidOrder(12900, payId);
    long untouched = paidOrder(200, payId);
    Map<String, String> headers =
        ConsumedTopic.headers(ConsumedTopic.newEventId(), "order.stock-rejected.v1");
    headers.put("traceparent", TRACE);

    STOCK_REJECTED.publish(Long.toString(gone), rejected(gone, payId), headers);
    awaitRead();

    assertThat(tables.order(gone))
        .isEqualTo(new OrderTables.StoredOrder(OrderStatus.CLOSED, false, null, null, 2));
    assertThat(tables.closeReason(gone)).isEqualTo(CloseReason.STOCK_GONE);
    assertThat(tables.outbox("order-pay-rejected", payId))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.payload())
                  .isEqualTo(
                      "{\"payId\":%d,\"orderId\":%d,\"amount\":12900,\"reason\":\"STOCK_GONE\"}"
                          .formatted(payId, gone));
              assertThat(row.traceparent()).isEqualTo(TRACE);
              assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
            });
    assertThat(tables.outbox("order-closed", gone))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.payload())
                  .isEqualTo(
                      "{\"orderId\":%d,\"reason\":\"STOCK_GONE\",\"closedAt\":\"%s\"}"
                          .formatted(gone, tables.closeTime(gone)));
              assertThat(row.traceparent()).isEqualTo(TRACE);
              assertThat(EventSchemas.errors(row.type(), row.payload())).isEmpty();
            });
    assertThat(tables.order(untouched).status()).isEqualTo(OrderStatus.PAID);
    assertThat(tables.outbox("order-closed", untouched)).isEmpty();
  }

  @Test
  void saidOnceMoreItChangesNothingAndALaterPaymentDoesNotReviveTheOrder() {
    long payId = OrderTables.newNumber();
    long gone = paidOrder(100, payId);
    long later = OrderTables.newNumber();

    publish(gone, payId);
    publish(gone, payId);
    awaitRead();
    TOPIC.publish(ConsumedTopic.newEventId(), later, payment(later, part(gone, 100)));
    awaitRead();

    assertThat(tables.order(gone).version()).isEqualTo(2);
    assertThat(tables.outbox("order-pay-rejected", payId)).hasSize(1);
    assertThat(tables.outbox("order-closed", gone)).hasSize(1);
    assertThat(tables.closeReason(gone)).isEqualTo(CloseReason.STOCK_GONE);
    assertThat(tables.outbox("order-pay-rejected", later))
        .extracting(OutboxRow::payload)
        .singleElement()
        .asString()
        .contains("ORDER_CLOSED");
  }

  @Test
  void whatContradictsTheOrdersIsParkedAndHoldsUpNothing() {
    long payId = OrderTables.newNumber();
    long paidOtherwise = paidOrder(100, payId);
    long unpaid = tables.unpaidOrder(100);
    long cancelled = tables.unpaidOrder(100);
    tables.close(cancelled, CloseReason.CANCELLED);
    long unknown = OrderTables.newNumber();
    long good = paidOrder(100, payId);
    long otherPayId = OrderTables.newNumber();

    publish(paidOtherwise, otherPayId);
    for (long orderId : List.of(unpaid, cancelled, unknown, good)) {
      publish(orderId, payId);
    }
    awaitRead();

    for (long orderId : List.of(paidOtherwise, unpaid, cancelled, unknown)) {
      assertThat(tables.deadLetters(orderId)).hasSize(1);
      assertThat(tables.outbox("order-closed", orderId)).isEmpty();
    }
    assertThat(tables.order(paidOtherwise).payId()).isEqualTo(payId);
    assertThat(tables.closeReason(good)).isEqualTo(CloseReason.STOCK_GONE);
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheBatch() {
    try (OneConnection connection = new OneConnection(settings)) {
      CloseStockGone closing =
          new CloseStockGone(new OrderStates(connection.jdbc()), connection.outbox());
      List<ReceivedEvent<StockRejected>> few = rejections(3);
      List<ReceivedEvent<StockRejected>> many = rejections(200);

      Map<String, Long> ofFew = connection.statements(() -> apply(connection, closing, few));
      Map<String, Long> ofMany = connection.statements(() -> apply(connection, closing, many));

      assertThat(ofMany)
          .isEqualTo(ofFew)
          .isEqualTo(
              Map.of("Com_select", 1L, "Com_update_multi", 1L, "Com_insert", 2L, "Com_commit", 1L));
      assertThat(many)
          .allSatisfy(
              one ->
                  assertThat(tables.closeReason(one.payload().orderId()))
                      .isEqualTo(CloseReason.STOCK_GONE));
    }
  }

  private static void apply(
      OneConnection connection, CloseStockGone closing, List<ReceivedEvent<StockRejected>> events) {
    connection.inbox().applyBatch("order-app", events, ReceivedEvent::id, closing::apply);
  }

  private List<ReceivedEvent<StockRejected>> rejections(int count) {
    long payId = OrderTables.newNumber();
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                ReceivedEvents.of(
                    new StockRejected(
                        paidOrder(100, payId), payId, StockRejected.Reason.STOCK_GONE)))
        .toList();
  }

  private long paidOrder(long total, long payId) {
    long orderId = tables.unpaidOrder(total);
    states.pay(List.of(new PaidOrder(orderId, payId, Instant.parse("2026-11-24T10:00:00Z"))));
    return orderId;
  }

  private static void publish(long orderId, long payId) {
    STOCK_REJECTED.publish(
        Long.toString(orderId),
        rejected(orderId, payId),
        ConsumedTopic.headers(ConsumedTopic.newEventId(), "order.stock-rejected.v1"));
  }

  private static String rejected(long orderId, long payId) {
    return "{\"orderId\":%d,\"payId\":%d,\"reason\":\"STOCK_GONE\"}".formatted(orderId, payId);
  }
}
