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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
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
   * The events of this relay that wait for a decision, oldest first; without those that are held,
   * which need none. Empty if there is no such topic yet.
   *
   * @throws TransientException if Kafka does not answer
   */
  public List<QuarantineRecord> read() {
    Map<String, QuarantineRecord> byKey = new LinkedHashMap<>();
    PublisherSettings settings = current.get();
    scan(
        settings,
        found -> {
          QuarantineRecord pointer = parse(found);
          if (pointer != null && !pointer.isHeld()) {
            byKey.put(pointer.key(), pointer);
          } else if (pointer != null || found.value() == null) {
            byKey.remove(text(found.key()));
          }
        });
    return ofRelay(settings.relayName(), byKey.values());
  }

  /**
   * A held event of this relay by its id; null if there is none. Where several databases have one
   * of that id, the last that was held.
   *
   * @throws TransientException if Kafka does not answer
   */
  public @Nullable QuarantineRecord held(String eventId) {
    PublisherSettings settings = current.get();
    Map<String, QuarantineRecord> byKey = new LinkedHashMap<>();
    scan(
        settings,
        found -> {
          String key = text(found.key());
          if (key.endsWith("/" + eventId)) {
            byKey.remove(key);
            QuarantineRecord pointer = parse(found);
            if (pointer != null
                && pointer.isHeld()
                && pointer.id().equals(eventId)
                && pointer.relay().equals(settings.relayName())) {
              byKey.put(key, pointer);
            }
          }
        });
    return byKey.values().stream().reduce((first, last) -> last).orElse(null);
  }

  /** All records, in the order of each partition; nothing if there is no such topic yet. */
  private static void scan(
      PublisherSettings settings, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings, "", true)) {
      if (!consumer.listTopics(PATIENCE).containsKey(settings.quarantineTopic())) {
        return;
      }
      Map<TopicPartition, Long> ends = ends(settings);
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("the topic could not be read to its end");
        }
        ConsumerRecords<byte[], byte[]> some = consumer.poll(Duration.ofMillis(200));
        some.forEach(taker);
        if (!some.isEmpty()) {
          deadline = System.nanoTime() + PATIENCE.toNanos();
        }
      }
    } catch (KafkaException e) {
      throw new TransientException("Reading the quarantine from Kafka: " + e.getMessage(), e);
    }
  }

  /**
   * @param purpose tells clients apart that read for something else
   */
  static KafkaConsumer<byte[], byte[]> consumer(
      PublisherSettings settings, String purpose, boolean committedOnly) {
    Properties properties = new Properties();
    properties.putAll(settings.clientProperties());
    properties.put("isolation.level", committedOnly ? "read_committed" : "read_uncommitted");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("allow.auto.create.topics", "false");
    properties.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
    properties.put("request.timeout.ms", 5_000);
    properties.put("client.id", "outrail-relay-" + settings.relayName() + "-quarantine" + purpose);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Up to the uncommitted end: behind another relay's open transaction may stand more. */
  private static Map<TopicPartition, Long> ends(PublisherSettings settings) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(settings, "-end", false)) {
      return consumer.endOffsets(
          consumer.partitionsFor(settings.quarantineTopic()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList());
    }
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

  /** Null if there is no value, or it cannot be read. */
  static @Nullable QuarantineRecord parse(ConsumerRecord<byte[], byte[]> found) {
    String key = text(found.key());
    try {
      return found.value() == null ? null : QuarantineRecord.read(key, found.value());
    } catch (IOException e) {
      log.warn(
          "The quarantine record {} cannot be read ({}); it is left as it is", key, e.getMessage());
      return null;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
