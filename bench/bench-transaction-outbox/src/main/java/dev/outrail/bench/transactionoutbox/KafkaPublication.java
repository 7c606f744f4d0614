package dev.outrail.bench.transactionoutbox;

import dev.outrail.bench.kit.BenchArgs;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends one event and waits for the broker's answer. Thread-safe. */
final class KafkaPublication implements Publication {

  private final KafkaProducer<String, String> producer;
  private final String topic;

  private KafkaPublication(KafkaProducer<String, String> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  static KafkaPublication connect(BenchArgs args) {
    StringSerializer text = new StringSerializer();
    return new KafkaPublication(
        new KafkaProducer<>(args.producerSettings(), text, text), args.get(BenchArgs.TOPIC));
  }

  @Override
  public void publish(String key, String json) {
    try {
      producer.send(new ProducerRecord<>(topic, key, json)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while sending an event of key " + key, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take an event of key " + key, e);
    }
  }
}
