package dev.outrail.order;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes to a topic as the relay does, and knows how far the application has read. */
public final class EventTopic {

  private static final String GROUP = "order-app";
  private static final int PARTITIONS = 2;

  private final String name;
  private final Admin admin;
  private final KafkaProducer<String, byte[]> producer;

  /** Creates the topic unless it is there. */
  public EventTopic(String name) {
    this.name = name;
    Testbed.shared().kafka().createTopic(name, PARTITIONS);
    admin = Testbed.shared().kafka().admin();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Publishes a payment and returns when the broker has it. */
  public void publish(String eventId, long payId, String payload) {
    publish(Long.toString(payId), payload, headers(eventId, "payment.succeeded.v1"));
  }

  public static Map<String, String> headers(String eventId, String type) {
    return new HashMap<>(Map.of("id", eventId, "eventType", type));
  }

  public static String newEventId() {
    return UUID.randomUUID().toString();
  }

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
          admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
      return ends().entrySet().stream()
          .allMatch(
              end ->
                  end.getValue() == 0
                      || (read.get(end.getKey()) != null
                          && read.get(end.getKey()).offset() == end.getValue()));
    } catch (Exception e) {
      return false;
    }
  }

  /** Sets the stopped application back to the beginning: nothing it acknowledged is remembered. */
  public void forgetAcknowledgements() {
    try {
      admin
          .alterConsumerGroupOffsets(
              GROUP,
              partitions().stream()
                  .collect(Collectors.toMap(p -> p, p -> new OffsetAndMetadata(0))))
          .all()
          .get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** All dead letters with this key. */
  public List<ConsumerRecord<String, byte[]>> deadLetters(String key) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(name + "-dlt").stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
      return found.stream().filter(message -> key.equals(message.key())).toList();
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

  private static String bootstrapServers() {
    return Testbed.shared().kafka().bootstrapServers();
  }
}
