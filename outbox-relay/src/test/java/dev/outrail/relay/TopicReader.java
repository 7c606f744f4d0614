package dev.outrail.relay;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A {@code read_committed} reader that stays and gathers what it finds, from the topic's begin; the
 * topic may come into being later. Not thread-safe.
 */
final class TopicReader implements AutoCloseable {

  private static final Duration WAIT = Duration.ofMillis(50);

  /** What is compared. */
  record Event(String id, String key, String value) {}

  private final Testbed testbed;
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<Event> events = new ArrayList<>();
  private List<TopicPartition> partitions = List.of();

  TopicReader(Testbed testbed, String topic) {
    this.testbed = testbed;
    this.topic = topic;
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", testbed.kafka().bootstrapServers());
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.put("reconnect.backoff.max.ms", 100);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** What has come since the last call; waits a moment for it. */
  List<Event> poll() {
    if (!assigned()) {
      return List.of();
    }
    List<Event> found = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> next : consumer.poll(WAIT)) {
      found.add(new Event(RelayHarness.header(next, "id"), text(next.key()), text(next.value())));
    }
    events.addAll(found);
    return found;
  }

  /** Reads on to where the topic ends now. */
  void readToEnd() {
    if (assigned()) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        poll();
      }
    }
  }

  /** All so far, in the order of each partition. */
  List<Event> events() {
    return List.copyOf(events);
  }

  @Override
  public void close() {
    consumer.close();
  }

  private boolean assigned() {
    if (partitions.isEmpty() && testbed.kafka().topics().contains(topic)) {
      partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }
    return !partitions.isEmpty();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
