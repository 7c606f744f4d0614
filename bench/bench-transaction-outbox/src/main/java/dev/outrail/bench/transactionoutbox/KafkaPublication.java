package dev.outrail.bench.transactionoutbox;

import dev.outrail.bench.kit.BenchArgs;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends one event and waits for the broker's answer. Thread-safe. */
final class KafkaPublication implements Publication {

  /** Arguments that go to the producer, without this prefix. */
  private static final String PRODUCER = "producer.";

  private final KafkaProducer<String, String> producer;
  private final String topic;

  private KafkaPublication(KafkaProducer<String, String> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  static KafkaPublication connect(BenchArgs args) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, args.get(BenchArgs.KAFKA));
    args.values()
        .forEach(
            (name, value) -> {
              if (name.startsWith(PRODUCER)) {
                config.put(name.substring(PRODUCER.length()), value);
              }
            });
    StringSerializer text = new StringSerializer();
    return new KafkaPublication(new KafkaProducer<>(config, text, text), args.get(BenchArgs.TOPIC));
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
