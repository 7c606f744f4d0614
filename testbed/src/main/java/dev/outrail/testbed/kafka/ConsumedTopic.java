package dev.outrail.testbed.kafka;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A topic that a test writes as the relay does, and that knows how far a consumer group has read.
 */
public final class ConsumedTopic {

  private static final int PARTITIONS = 2;

  private final KafkaBroker broker;
  private final String name;
  private final String group;
  private final String type;
  private final Admin admin;
  private final KafkaProducer<String, byte[]> producer;

  /**
   * Creates the topic unless it is there.
   *
   * @param group whose reading is looked at
   * @param type of events that are published without headers of their own
   */
  public ConsumedTopic(KafkaBroker broker, String name, String group, String type) {
    this.broker = broker;
    this.name = name;
    this.group = group;
    this.type = type;
    broker.createTopic(name, PARTITIONS);
    admin = broker.admin();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Publishes an event and returns when the broker has it. */
  public void publish(String eventId, long key, String payload) {
    publish(Long.toString(key), payload, headers(eventId, type));
  }

  /** What a record of the relay carries at least. */
  public static Map<String, String> headers(String eventId, String type) {
    return new HashMap<>(Map.of("id", eventId, "eventType", type));
  }

  /** An id that no event has had. */
  public static String newEventId() {
    return UUID.randomUUID().toString();
  }

  /** Publishes whatever it is, and returns when the broker has it. */
  public void publish(String key, String payload, Map<String, String> headers) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(name, key, payload.getBytes(StandardCharsets.UTF_8));
    headers.forEach(
        (name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(message).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the application has acknowledged all that is in the topic. */
  public boolean isRead() {
    try {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      return ends().entrySet().stream()
          .allMatch(end -> end.getValue() == 0 || offset(read.get(end.getKey())) == end.getValue());
    } catch (Exception e) {
      return false;
    }
  }

  private static long offset(@Nullable OffsetAndMetadata read) {
    return read == null ? -1 : read.offset();
  }

  /** Sets the stopped application back to the beginning: nothing it acknowledged is remembered. */
  public void forgetAcknowledgements() {
    try {
      admin
          .alterConsumerGroupOffsets(
              group,
              partitions().stream()
                  .collect(Collectors.toMap(p -> p, p -> new OffsetAndMetadata(0))))
          .all()
          .get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<TopicPartition, Long> ends() throws Exception {
    return admin
        .listOffsets(
            partitions().stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private Set<TopicPartition> partitions() {
    return Set.of(new TopicPartition(name, 0), new TopicPartition(name, 1));
  }
}
