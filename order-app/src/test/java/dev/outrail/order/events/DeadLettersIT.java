package dev.outrail.order.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class DeadLettersIT extends RunningOrderApp {

  @Autowired
  DeadLettersIT(JdbcClient jdbc) {
    super(jdbc);
  }

  @Test
  void whatCanNeverBeAppliedIsParkedAndTheNextOfThePartitionIsApplied() {
    long orderId = tables.unpaidOrder(100);
    long payId = OrderTables.newNumber();
    String key = Long.toString(payId);
    String good = payment(payId, part(orderId, 100));
    String notJson = ConsumedTopic.newEventId();
    String noOrders = ConsumedTopic.newEventId();

    long other = OrderTables.newNumber();
    TOPIC.publish(notJson, payId, "not JSON");
    TOPIC.publish(noOrders, payId, payment(payId));
    TOPIC.publish(
        key, good, ConsumedTopic.headers(ConsumedTopic.newEventId(), "payment.succeeded.v2"));
    TOPIC.publish(key, good, Map.of("eventType", "payment.succeeded.v1"));
    TOPIC.publish(ConsumedTopic.newEventId(), other, payment(other, part(orderId, 100)));
    awaitRead();

    assertThat(tables.order(orderId).payId()).isEqualTo(other);
    assertThat(tables.deadLetters(payId))
        .containsExactlyInAnyOrder("not JSON", payment(payId), good, good);
    assertThat(tables.isProcessed(notJson)).as("dealt with").isTrue();
    assertThat(tables.isProcessed(noOrders)).as("dealt with").isTrue();
  }

  @Test
  void aDeadLetterAtTheEndOfAPartitionIsAcknowledgedToo() {
    long payId = OrderTables.newNumber();

    TOPIC.publish(ConsumedTopic.newEventId(), payId, "not JSON");
    awaitRead();

    assertThat(tables.deadLetters(payId)).hasSize(1);
  }
}
