package dev.outrail.bench.poller;

import dev.outrail.bench.kit.BenchArgs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topic; publishing returns when the broker has all of it. Thread-safe. */
final class Events {

  private final KafkaProducer<String, String> producer;
  private final String topic;

  private Events(KafkaProducer<String, String> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  static Events connect(BenchArgs args) {
    StringSerializer text = new StringSerializer();
    return new Events(
        new KafkaProducer<>(args.producerSettings(), text, text), args.get(BenchArgs.TOPIC));
  }

  /**
   * @throws ExecutionException if the broker did not take it
   */
  void publish(String key, String json) throws InterruptedException, ExecutionException {
    producer.send(new ProducerRecord<>(topic, key, json)).get();
  }

  /**
   * @throws ExecutionException if the broker did not take one of them; it may have taken others
   */
  void publish(List<PolledOutbox.Row> rows) throws InterruptedException, ExecutionException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(rows.size());
    for (PolledOutbox.Row row : rows) {
      sent.add(producer.send(new ProducerRecord<>(topic, row.key(), row.payload())));
    }
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }
}
