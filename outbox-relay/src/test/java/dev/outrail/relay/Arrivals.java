package dev.outrail.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * When a {@code read_committed} reader, who reads all the time, sees what: for the length of
 * silences.
 */
final class Arrivals implements AutoCloseable {

  /**
   * @param committedAt the record's timestamp
   */
  record Arrival(Instant committedAt, Instant seenAt) {}

  private final List<Arrival> arrivals = new ArrayList<>();
  private final Thread reader;
  private volatile boolean stopped;

  Arrivals(String bootstrapServers, String topic, int partitions) {
    this.reader = new Thread(() -> read(bootstrapServers, topic, partitions), "arrivals");
    reader.setDaemon(true);
    reader.start();
  }

  /** When the first event that was committed after that moment was seen; null if none was yet. */
  synchronized Instant firstCommittedAfter(Instant moment) {
    return arrivals.stream()
        .filter(arrival -> arrival.committedAt().isAfter(moment))
        .map(Arrival::seenAt)
        .findFirst()
        .orElse(null);
  }

  /** The longest time without an arrival, between the two moments. */
  synchronized Duration longestSilence(Instant from, Instant to) {
    Duration longest = Duration.ZERO;
    Instant last = from;
    for (Arrival arrival : arrivals) {
      if (arrival.seenAt().isAfter(from) && arrival.seenAt().isBefore(to)) {
        Duration silence = Duration.between(last, arrival.seenAt());
        longest = silence.compareTo(longest) > 0 ? silence : longest;
        last = arrival.seenAt();
      }
    }
    Duration rest = Duration.between(last, to);
    return rest.compareTo(longest) > 0 ? rest : longest;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      reader.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(String bootstrapServers, String topic, int partitions) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("fetch.max.wait.ms", "50");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(topic, partition));
      }
      consumer.assign(all);
      consumer.seekToEnd(all);
      while (!stopped) {
        var records = consumer.poll(Duration.ofMillis(50));
        Instant now = Instant.now();
        synchronized (this) {
          records.forEach(
              record -> arrivals.add(new Arrival(Instant.ofEpochMilli(record.timestamp()), now)));
        }
      }
    }
  }
}
