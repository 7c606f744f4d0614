package dev.outrail.order.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.order.OneConnection;
import dev.outrail.order.OrderTables;
import dev.outrail.order.OrderTables.OutboxRow;
import dev.outrail.order.ReceivedEvents;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.order.state.OrderStates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Batches of a known size, which a topic does not promise. */
class PaymentBatchesIT extends RunningOrderApp {

  private static final Instant PAID_AT = Instant.parse("2026-11-24T10:00:00.123456Z");

  private final OneConnection connection;
  private final PayOrders payOrders;

  @Autowired
  PaymentBatchesIT(JdbcClient jdbc, Environment settings) {
    super(jdbc);
    connection = new OneConnection(settings);
    payOrders = new PayOrders(new OrderStates(connection.jdbc()), connection.outbox());
  }

  @AfterEach
  void disconnect() {
    connection.close();
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheBatch() {
    List<ReceivedEvent<PaymentSucceeded>> few = payments(3);
    List<ReceivedEvent<PaymentSucceeded>> many = payments(200);

    Map<String, Long> ofFew = connection.statements(() -> apply(few));
    Map<String, Long> ofMany = connection.statements(() -> apply(many));

    assertThat(ofMany)
        .isEqualTo(ofFew)
        .isEqualTo(
            Map.of("Com_select", 1L, "Com_update_multi", 1L, "Com_insert", 2L, "Com_commit", 1L));
    for (ReceivedEvent<PaymentSucceeded> one : many) {
      long orderId = one.payload().orders().get(0).orderId();
      assertThat(tables.order(orderId).payId()).isEqualTo(one.payload().payId());
      assertThat(tables.order(orderId).payTime()).isEqualTo(PAID_AT);
      assertThat(tables.outbox("order-notify-stock", orderId))
          .extracting(OutboxRow::traceparent)
          .containsExactly(one.event().trace().traceparent());
    }
  }

  @Test
  void aPaymentSeesWhatThoseBeforeItInTheBatchDid() {
    long orderId = tables.unpaidOrder(100);
    ReceivedEvent<PaymentSucceeded> first = payment(OrderTables.newNumber(), orderId, 100);
    ReceivedEvent<PaymentSucceeded> again = ReceivedEvents.of(first.payload());
    ReceivedEvent<PaymentSucceeded> second = payment(OrderTables.newNumber(), orderId, 100);

    apply(List.of(first, again, second));

    assertThat(tables.order(orderId).payId()).isEqualTo(first.payload().payId());
    assertThat(tables.order(orderId).version()).isEqualTo(1);
    assertThat(tables.outbox("order-notify-stock", orderId)).hasSize(1);
    assertThat(tables.outbox("order-pay-rejected", first.payload().payId())).isEmpty();
    assertThat(tables.outbox("order-pay-rejected", second.payload().payId()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.payload()).contains("ORDER_PAID_OTHERWISE");
              assertThat(row.traceparent()).isEqualTo(second.event().trace().traceparent());
            });
  }

  private void apply(List<ReceivedEvent<PaymentSucceeded>> received) {
    connection.inbox().applyBatch("order-app", received, ReceivedEvent::id, payOrders::apply);
  }

  private List<ReceivedEvent<PaymentSucceeded>> payments(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> payment(OrderTables.newNumber(), tables.unpaidOrder(100 + n), 100 + n))
        .toList();
  }

  private static ReceivedEvent<PaymentSucceeded> payment(long payId, long orderId, long amount) {
    return ReceivedEvents.of(
        new PaymentSucceeded(
            payId, "CNY", PAID_AT, List.of(new PaymentSucceeded.Part(orderId, amount))));
  }
}
