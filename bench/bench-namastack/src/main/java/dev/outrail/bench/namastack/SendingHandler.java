package dev.outrail.bench.namastack;

import dev.outrail.bench.kit.Payment;
import io.namastack.outbox.handler.OutboxRecordMetadata;
import io.namastack.outbox.handler.OutboxTypedHandler;
import java.util.concurrent.ExecutionException;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Sends one event and waits for the broker's answer, which is what Namastack's own Kafka module
 * does; that module is not to be had in this version.
 */
final class SendingHandler implements OutboxTypedHandler<Payment> {

  private final KafkaTemplate<String, String> kafka;
  private final String topic;

  SendingHandler(KafkaTemplate<String, String> kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  @Override
  public void handle(Payment payment, OutboxRecordMetadata metadata) {
    try {
      kafka.send(topic, metadata.getKey(), payment.json()).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending " + payment.seq(), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take payment " + payment.seq(), e);
    }
  }
}
