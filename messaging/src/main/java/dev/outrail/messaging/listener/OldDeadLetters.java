package dev.outrail.messaging.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrail.messaging.deadletter.DeadLetterStore;
import dev.outrail.messaging.deadletter.DeadLetterStore.Letter;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.kafka.InboundEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.support.KafkaHeaders;

/**
 * Takes over what earlier releases parked in topics, {@code <topic>-dlt}: each letter that was not
 * brought back becomes a row, once. The offsets of {@code <group>-dlt} tell how far that is, and
 * the inbox what was applied.
 *
 * <p>Later events of these keys are not held: they were applied while the letter lay in its topic.
 */
final class OldDeadLetters {

  private static final Logger log = LoggerFactory.getLogger(OldDeadLetters.class);
  private static final String SUFFIX = "-dlt";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String HEADERS_OF_DEAD_LETTERS = "kafka_dlt-";

  private final ConsumerFactory<String, byte[]> consumers;
  private final JdbcInbox inbox;
  private final DeadLetterStore letters;

  /**
   * @param consumers makes those that read strings and bytes
   */
  @SuppressWarnings("unchecked")
  OldDeadLetters(ConsumerFactory<?, ?> consumers, JdbcInbox inbox, DeadLetterStore letters) {
    this.consumers = (ConsumerFactory<String, byte[]>) consumers;
    this.inbox = inbox;
    this.letters = letters;
  }

  /**
   * Those that are there now. A crash, or two instances at once, take none twice: the inbox marks
   * them.
   *
   * @param goOn false ends it; the rest is left to the next time
   * @throws KafkaException if Kafka does not answer
   * @throws org.springframework.dao.DataAccessException if the database does not
   */
  void takeOver(String consumer, String topic, String group, BooleanSupplier goOn) {
    Properties own = new Properties();
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    try (Consumer<String, byte[]> kafka =
        consumers.createConsumer(group + SUFFIX, "old-dead-letters", null, own)) {
      Set<TopicPartition> partitions = partitions(kafka, topic + SUFFIX);
      if (partitions.isEmpty()) {
        return;
      }
      Map<TopicPartition, Long> ends = kafka.endOffsets(partitions, PATIENCE);
      Map<TopicPartition, OffsetAndMetadata> committed = kafka.committed(partitions, PATIENCE);
      kafka.assign(partitions);
      int taken = 0;
      while (goOn.getAsBoolean() && !isAtEnd(kafka, ends)) {
        for (ConsumerRecord<String, byte[]> each : kafka.poll(Duration.ofMillis(500))) {
          taken += take(consumer, topic, group, each) ? 1 : 0;
        }
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        for (TopicPartition partition : partitions) {
          long position = kafka.position(partition, PATIENCE);
          OffsetAndMetadata before = committed.get(partition);
          if (before == null ? position > 0 : position > before.offset()) {
            done.put(partition, new OffsetAndMetadata(position));
          }
        }
        kafka.commitSync(done, PATIENCE);
      }
      if (taken > 0) {
        log.warn(
            "{}: {} letters taken over from topic {}, which is not used any more",
            consumer,
            taken,
            topic + SUFFIX);
      }
    }
  }

  private static Set<TopicPartition> partitions(Consumer<?, ?> kafka, String topic) {
    List<PartitionInfo> partitions = kafka.listTopics(PATIENCE).get(topic);
    return partitions == null
        ? Set.of()
        : partitions.stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .collect(Collectors.toSet());
  }

  private static boolean isAtEnd(Consumer<?, ?> kafka, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> kafka.position(end.getKey(), PATIENCE) >= end.getValue());
  }

  /** Another group's letters, and what somebody else wrote there, are left alone. */
  private boolean take(
      String consumer, String topic, String group, ConsumerRecord<String, byte[]> letter) {
    if (!topic.equals(text(letter, KafkaHeaders.DLT_ORIGINAL_TOPIC))
        || !group.equals(text(letter, KafkaHeaders.DLT_ORIGINAL_CONSUMER_GROUP))
        || letter.headers().lastHeader(DeadLetterMirror.HEADER) != null) {
      return false;
    }
    ConsumerRecord<String, byte[]> received = asReceived(topic, letter);
    String id = InboundEvent.messageId(received);
    boolean[] added = new boolean[1];
    inbox.park(
        consumer,
        id,
        false,
        () ->
            added[0] =
                letters.addFailed(
                    consumer,
                    new Letter(id, received, null, InboundEvent.typeOf(received)),
                    1,
                    new TakenOver(text(letter, KafkaHeaders.DLT_EXCEPTION_MESSAGE))));
    return added[0];
  }

  /** As it came from its own topic, without what the letter says about it. */
  private static ConsumerRecord<String, byte[]> asReceived(
      String topic, ConsumerRecord<String, byte[]> letter) {
    Headers headers = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (!header.key().startsWith(HEADERS_OF_DEAD_LETTERS)) {
        headers.add(header);
      }
    }
    return new ConsumerRecord<>(
        topic,
        number(letter, KafkaHeaders.DLT_ORIGINAL_PARTITION, Integer.BYTES).getInt(),
        number(letter, KafkaHeaders.DLT_ORIGINAL_OFFSET, Long.BYTES).getLong(),
        letter.timestamp(),
        letter.timestampType(),
        letter.serializedKeySize(),
        letter.serializedValueSize(),
        letter.key(),
        letter.value(),
        headers,
        letter.leaderEpoch());
  }

  private static ByteBuffer number(ConsumerRecord<?, ?> letter, String name, int length) {
    Header header = letter.headers().lastHeader(name);
    return ByteBuffer.wrap(
        header == null || header.value().length != length ? new byte[length] : header.value());
  }

  private static @Nullable String text(ConsumerRecord<?, ?> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  /** Why it failed, as its topic said. */
  private static final class TakenOver extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TakenOver(@Nullable String cause) {
      super(cause, null, false, false);
    }
  }
}
