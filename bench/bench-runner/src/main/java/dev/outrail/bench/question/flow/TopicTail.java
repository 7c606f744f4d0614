package dev.outrail.bench.question.flow;

import dev.outrail.bench.kit.Micros;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what is committed to the two topics from now on, in a thread of its own. */
final class TopicTail implements AutoCloseable {

  private static final Map<String, Hop> TOPICS =
      Map.of("order-notify", Hop.PAID_VISIBLE, "order-notify-stock", Hop.ORDER_PAID_VISIBLE);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private volatile boolean stop;
  private volatile @Nullable RuntimeException failure;

  private TopicTail(KafkaConsumer<String, byte[]> consumer, Sightings sightings) {
    this.consumer = consumer;
    this.thread = new Thread(() -> read(sightings), "topic-tail");
    thread.setDaemon(true);
  }

  /** Both topics exist. */
  static TopicTail fromNow(KafkaBroker kafka, Sightings sightings) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        TOPICS.keySet().stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // seeks now, not with the first poll
    TopicTail tail = new TopicTail(consumer, sightings);
    tail.thread.start();
    return tail;
  }

  private void read(Sightings sightings) {
    try (consumer) {
      while (!stop) {
        var records = consumer.poll(POLL);
        long now = Micros.now();
        for (ConsumerRecord<String, byte[]> one : records) {
          Hop hop = TOPICS.get(one.topic());
          if (hop != null) {
            sightings.saw(hop, Long.parseLong(one.key()), now);
          }
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * @throws IllegalStateException if reading has failed
   */
  void requireReading() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw new IllegalStateException("Reading the topics failed", failed);
    }
  }

  @Override
  public void close() {
    stop = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
