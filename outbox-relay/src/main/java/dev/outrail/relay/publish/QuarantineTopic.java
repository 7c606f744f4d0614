package dev.outrail.relay.publish;

import dev.outrail.relay.problem.TransientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in quarantine now: the topic, read whole. Thread-safe. */
public final class QuarantineTopic {

  private static final Logger log = LoggerFactory.getLogger(QuarantineTopic.class);

  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Supplier<PublisherSettings> current;

  /**
   * @param current asked for each reading, so that a rotated secret is taken
   */
  public QuarantineTopic(Supplier<PublisherSettings> current) {
    this.current = current;
  }

  /**
   * The events of this relay that wait for a decision, oldest first. Empty if there is no such
   * topic yet.
   *
   * @throws TransientException if Kafka does not answer
   */
  public List<QuarantineRecord> read() {
    PublisherSettings settings = current.get();
    Properties properties = new Properties();
    properties.putAll(settings.clientProperties());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("allow.auto.create.topics", "false");
    properties.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
    properties.put("request.timeout.ms", 5_000);
    properties.put("client.id", "outrail-relay-" + settings.relayName() + "-quarantine");
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(properties)) {
      return consumer.listTopics(PATIENCE).containsKey(settings.quarantineTopic())
          ? read(settings.relayName(), consumer, ends(settings.quarantineTopic(), properties))
          : List.of();
    } catch (KafkaException e) {
      throw new TransientException("Reading the quarantine from Kafka: " + e.getMessage(), e);
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Properties properties) {
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Up to the uncommitted end: behind another relay's open transaction may stand more. */
  private Map<TopicPartition, Long> ends(String topic, Properties properties) {
    Properties uncommitted = new Properties();
    uncommitted.putAll(properties);
    uncommitted.put("isolation.level", "read_uncommitted");
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(uncommitted)) {
      return consumer.endOffsets(
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList());
    }
  }

  private static List<QuarantineRecord> read(
      String relay, KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    consumer.assign(ends.keySet());
    consumer.seekToBeginning(ends.keySet());
    Map<String, QuarantineRecord> open = new LinkedHashMap<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("the topic could not be read to its end");
      }
      consumer.poll(Duration.ofMillis(200)).forEach(found -> take(found, open));
    }
    return ofRelay(relay, open.values());
  }

  /** One for each event: a relay of an earlier build may have left another, under its own key. */
  static List<QuarantineRecord> ofRelay(String relay, Collection<QuarantineRecord> open) {
    Map<EventKey, QuarantineRecord> events = new HashMap<>();
    open.stream()
        .filter(one -> one.relay().equals(relay))
        .forEach(one -> events.merge(one.event(), one, QuarantineTopic::together));
    return events.values().stream()
        .sorted(Comparator.comparing(QuarantineRecord::quarantinedAt))
        .toList();
  }

  private static QuarantineRecord together(QuarantineRecord one, QuarantineRecord other) {
    QuarantineRecord later = one.quarantinedAt().isAfter(other.quarantinedAt()) ? one : other;
    String own = QuarantineRecord.key(one.relay(), one.event());
    return later.at(one.key().equals(own) ? other.key() : one.key());
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> found, Map<String, QuarantineRecord> open) {
    String key = new String(found.key(), StandardCharsets.UTF_8);
    if (found.value() == null) {
      open.remove(key);
      return;
    }
    try {
      open.put(key, QuarantineRecord.read(key, found.value()));
    } catch (IOException e) {
      log.warn(
          "The quarantine record {} cannot be read ({}); it is left as it is", key, e.getMessage());
    }
  }
}
