package dev.outrail.bench.measure;

import dev.outrail.bench.kit.Micros;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A {@code read_committed} reader of all partitions of some topics, in a thread of its own.
 * Thread-safe.
 */
public final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /** Takes what a poll has brought; called on the reader's thread. */
  @FunctionalInterface
  public interface Seen {

    /**
     * @param at when the poll returned, in microseconds since 1970
     */
    void at(Iterable<ConsumerRecord<byte[], byte[]>> records, long at);
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private volatile boolean stop;
  private volatile @Nullable RuntimeException failure;

  private TopicReader(KafkaConsumer<byte[], byte[]> consumer, Seen seen) {
    this.consumer = consumer;
    this.thread = new Thread(() -> read(seen), "topic-reader");
    thread.setDaemon(true);
  }

  /** Reads what comes from now on; the topics exist. */
  public static TopicReader fromNow(KafkaBroker kafka, Collection<String> topics, Seen seen) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("max.poll.records", "5000");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // seeks now, not with the first poll
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    TopicReader reader = new TopicReader(consumer, seen);
    reader.thread.start();
    return reader;
  }

  private void read(Seen seen) {
    try (consumer) {
      while (!stop) {
        var records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          seen.at(records, Micros.now());
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * @throws IllegalStateException if reading has failed
   */
  public void requireReading() {
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
