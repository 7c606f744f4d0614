package dev.outrail.bench.measure;

import dev.outrail.bench.kit.Micros;
import dev.outrail.testbed.kafka.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A {@code read_committed} reader of one topic, which notes when it saw each payment's event for
 * the first time. It reads in a thread of its own; thread-safe.
 */
public final class Arrivals implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final Correctness seen = new Correctness();
  private volatile boolean stop;
  private @Nullable RuntimeException failure;
  private long first;
  private long last;

  private Arrivals(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.thread = new Thread(this::read, "arrivals-" + topic);
    thread.setDaemon(true);
  }

  /** Reads what comes into an existing topic from now on. */
  public static Arrivals of(KafkaBroker kafka, String topic) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("max.poll.records", "5000");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // seeks now, not with the first poll
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    Arrivals arrivals = new Arrivals(consumer, topic);
    arrivals.thread.start();
    return arrivals;
  }

  private void read() {
    try (consumer) {
      while (!stop) {
        var records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          long now = Micros.now();
          note(records, now);
        }
      }
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void note(Iterable<ConsumerRecord<byte[], byte[]>> records, long now) {
    for (ConsumerRecord<byte[], byte[]> one : records) {
      seen.saw(EventText.seq(one.value()), EventText.key(one.value()), now);
    }
    first = first == 0 ? now : first;
    last = now;
  }

  /**
   * Waits until that many different events have been seen.
   *
   * @param atMost in all
   * @param silence gives up when nothing came for so long
   * @return whether they have
   * @throws IllegalStateException if reading failed
   */
  public boolean await(long distinct, Duration atMost, Duration silence) {
    long begun = Micros.now();
    while (true) {
      long now = Micros.now();
      synchronized (this) {
        if (failure != null) {
          throw new IllegalStateException("Reading the topic failed", failure);
        }
        if (seen.distinct() >= distinct) {
          return true;
        }
        if (now - begun > micros(atMost) || now - Math.max(begun, last) > micros(silence)) {
          return false;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  /** When the payment's event was first seen, in microseconds since 1970; 0 if it was not. */
  public synchronized long firstSeen(long seq) {
    return seen.firstSeen(seq);
  }

  /** When the first event at all was seen; 0 if none was. */
  public synchronized long first() {
    return first;
  }

  /** When the last event so far was seen; 0 if none was. */
  public synchronized long last() {
    return last;
  }

  public synchronized long distinct() {
    return seen.distinct();
  }

  public synchronized long duplicates() {
    return seen.duplicates();
  }

  public synchronized long reordered() {
    return seen.reordered();
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
