package dev.outrail.order.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.support.KafkaHeaders;

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

    TOPIC.publish(notJson, payId, "not JSON");
    TOPIC.publish(noOrders, payId, payment(payId));
    TOPIC.publish(
        key, good, ConsumedTopic.headers(ConsumedTopic.newEventId(), "payment.succeeded.v2"));
    TOPIC.publish(key, good, Map.of("eventType", "payment.succeeded.v1"));
    TOPIC.publish(ConsumedTopic.newEventId(), payId, good);
    awaitRead();

    assertThat(tables.order(orderId).payId()).isEqualTo(payId);
    List<ConsumerRecord<String, byte[]>> parked = TOPIC.deadLetters(key);
    assertThat(parked)
        .extracting(message -> new String(message.value(), StandardCharsets.UTF_8))
        .containsExactly("not JSON", payment(payId), good, good);
    assertThat(text(parked.get(0), "id")).isEqualTo(notJson);
    assertThat(text(parked.get(0), KafkaHeaders.DLT_ORIGINAL_TOPIC)).isEqualTo("order-notify");
    assertThat(text(parked.get(0), KafkaHeaders.DLT_EXCEPTION_MESSAGE)).contains(notJson);
    assertThat(tables.isProcessed(notJson)).isFalse();
    assertThat(tables.isProcessed(noOrders)).isFalse();
  }

  @Test
  void aDeadLetterAtTheEndOfAPartitionIsAcknowledgedToo() {
    long payId = OrderTables.newNumber();

    TOPIC.publish(ConsumedTopic.newEventId(), payId, "not JSON");
    awaitRead();

    assertThat(TOPIC.deadLetters(Long.toString(payId))).hasSize(1);
  }

  private static String text(ConsumerRecord<?, ?> message, String header) {
    return new String(message.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
