package dev.outrail.relay.position;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The compacted topic that holds one record per relay name: the only memory that the relay has.
 *
 * <p>Reading must come after {@code initTransactions()}: only then is every transaction of the
 * relay's predecessors either committed or aborted, and none can be added.
 */
public final class PositionTopic {

  private final String topic;
  private final String relayName;
  private final Properties consumerProperties;
  private final Duration timeout;

  /**
   * @param client connection settings of the Kafka client
   * @param timeout how long a reading may take; it has to wait for other relays' open transactions
   */
  public PositionTopic(
      String topic, String relayName, Map<String, Object> client, Duration timeout) {
    this.topic = topic;
    this.relayName = relayName;
    this.timeout = timeout;
    this.consumerProperties = new Properties();
    consumerProperties.putAll(client);
    consumerProperties.put("isolation.level", IsolationLevel.READ_COMMITTED.toString());
    consumerProperties.put("enable.auto.commit", "false");
    consumerProperties.put("auto.offset.reset", "earliest");
    consumerProperties.put("client.id", "outrail-relay-" + relayName + "-position");
  }

  public ProducerRecord<byte[], byte[]> toRecord(StoredPosition stored, Instant now) {
    return new ProducerRecord<>(
        topic, 0, relayName.getBytes(StandardCharsets.UTF_8), PositionFormat.write(stored, now));
  }

  /**
   * The last committed position; null if this relay has none.
   *
   * <p>The end to read to is the partition's end for {@code read_uncommitted}. The end for {@code
   * read_committed} would stop before an open transaction of <em>another</em> relay, and might hide
   * a younger position of this one behind it.
   *
   * @throws TransientException if Kafka does not answer, or somebody's transaction stays open for
   *     too long
   * @throws HaltException if the record cannot be understood
   */
  public @Nullable StoredPosition read() {
    TopicPartition partition = new TopicPartition(topic, 0);
    long deadline = System.nanoTime() + timeout.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long end = end(partition);
      consumer.seekToBeginning(List.of(partition));
      byte @Nullable [] value = null;
      while (consumer.position(partition, left(deadline)) < end) {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(200))) {
          if (found.key() != null
              && relayName.equals(new String(found.key(), StandardCharsets.UTF_8))) {
            value = found.value();
          }
        }
      }
      return value == null ? null : PositionFormat.read(value);
    } catch (KafkaException e) {
      throw new TransientException("Reading the position from Kafka: " + e.getMessage(), e);
    }
  }

  private long end(TopicPartition partition) {
    Properties uncommitted = new Properties();
    uncommitted.putAll(consumerProperties);
    uncommitted.put("isolation.level", IsolationLevel.READ_UNCOMMITTED.toString());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            uncommitted, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Long end = consumer.endOffsets(List.of(partition), timeout).get(partition);
      return end == null ? 0 : end;
    }
  }

  private Duration left(long deadline) {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new TransientException(
          "The position topic "
              + topic
              + " could not be read to its end within "
              + timeout.toSeconds()
              + " s; another relay's transaction may be open in it.",
          null);
    }
    return Duration.ofNanos(left);
  }
}
