package dev.outrail.demo;

import dev.outrail.testbed.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what is committed to the topics from now on. Not thread-safe. */
final class TopicWatch implements AutoCloseable {

  private static final List<String> TOPICS = List.of("order-notify", "order-notify-stock");

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Seen> seen = new ArrayList<>();

  private TopicWatch(KafkaConsumer<String, byte[]> consumer) {
    this.consumer = consumer;
  }

  static TopicWatch fromNow(KafkaBroker broker) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                10),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return new TopicWatch(consumer);
  }

  /** Whether the topic has a record for each of the keys by now. */
  boolean has(String topic, Collection<String> keys) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ZERO)) {
      Header id = record.headers().lastHeader("id");
      seen.add(
          new Seen(
              record.topic(),
              record.key(),
              id == null ? "(none)" : new String(id.value(), StandardCharsets.UTF_8)));
    }
    return keys.stream()
        .allMatch(
            key ->
                seen.stream().anyMatch(each -> each.topic.equals(topic) && each.key.equals(key)));
  }

  /** Events that came twice. */
  List<String> repeated() {
    Set<String> ids = new HashSet<>();
    return seen.stream()
        .filter(each -> !ids.add(each.id))
        .map(each -> "event %s is more than once in %s".formatted(each.id, each.topic))
        .toList();
  }

  @Override
  public void close() {
    consumer.close();
  }

  private record Seen(String topic, String key, String id) {}
}
