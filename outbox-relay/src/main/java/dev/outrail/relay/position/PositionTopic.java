package dev.outrail.relay.position;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The compacted topic that holds the only memory that the relays of a name have: their position
 * (key: the name), the tables' shape at that position ({@code <name>/tables}), whether an operator
 * paused them ({@code <name>/control}), and which topics' events are held ({@code <name>/held}). A
 * relay that waits follows it all the time, so that little is left to read when it takes over.
 *
 * <p>For one thread.
 */
public final class PositionTopic implements AutoCloseable {

  private final TopicPartition partition;
  private final String topic;
  private final String relayName;
  private final Duration timeout;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaConsumer<byte[], byte[]> uncommitted;
  private Memory memory = Memory.NONE;
  private long lastRecordAt = System.nanoTime();

  /**
   * Opens the topic, which must exist; reads nothing yet.
   *
   * @param client connection settings of the Kafka client
   * @param timeout how long a reading may take; it has to wait for other relays' open transactions
   */
  public PositionTopic(
      String topic, String relayName, Map<String, Object> client, Duration timeout) {
    this.topic = topic;
    this.partition = new TopicPartition(topic, 0);
    this.relayName = relayName;
    this.timeout = timeout;
    String id = "outrail-relay-" + relayName + "-position";
    this.consumer = consumer(client, id, IsolationLevel.READ_COMMITTED, timeout);
    this.uncommitted = consumer(client, id + "-end", IsolationLevel.READ_UNCOMMITTED, timeout);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * What is known without waiting long: may lack the latest.
   *
   * @throws TransientException if Kafka does not answer
   * @throws HaltException if a record cannot be understood
   */
  public Memory follow(Duration atMost) {
    try {
      poll(atMost);
      return memory;
    } catch (KafkaException e) {
      throw new TransientException("Reading the position from Kafka: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what is committed by now, or until the time is over. What stands behind an open
   * transaction, of a relay that was killed, say, does not count before that is settled.
   *
   * @throws TransientException if Kafka does not answer
   * @throws HaltException if a record cannot be understood
   */
  public void catchUp(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      long end = end(consumer);
      while (consumer.position(partition, timeout) < end && System.nanoTime() < deadline) {
        take(Duration.ofMillis(200));
      }
    } catch (KafkaException e) {
      throw new TransientException("Reading the position from Kafka: " + e.getMessage(), e);
    }
  }

  /**
   * The last committed memory. To be true it must come after {@code initTransactions()}: only then
   * is every transaction of the relay's predecessors either committed or aborted, and none can be
   * added.
   *
   * <p>The end to read to is the partition's end for {@code read_uncommitted}. The end for {@code
   * read_committed} would stop before an open transaction of <em>another</em> relay, and might hide
   * a younger position of this one behind it.
   *
   * @throws TransientException if Kafka does not answer, or somebody's transaction stays open for
   *     too long
   * @throws HaltException if a record cannot be understood
   */
  public Memory read() {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      long end = end(uncommitted);
      while (consumer.position(partition, left(deadline)) < end) {
        poll(Duration.ofMillis(200));
      }
      return memory;
    } catch (KafkaException e) {
      throw new TransientException("Reading the position from Kafka: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
    uncommitted.close(CloseOptions.timeout(Duration.ZERO));
  }

  /** Takes all that is there; waits for the first. */
  private void poll(Duration atMost) {
    Duration wait = atMost;
    while (take(wait)) {
      wait = Duration.ZERO;
    }
  }

  private boolean take(Duration atMost) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(atMost);
    for (ConsumerRecord<byte[], byte[]> found : records) {
      String key = found.key() == null ? "" : new String(found.key(), StandardCharsets.UTF_8);
      byte[] value = found.value();
      if (key.equals(relayName)) {
        memory = value == null ? Memory.NONE : memory.with(PositionFormat.read(value));
      } else if (key.equals(relayName + PositionRecords.CONTROL)) {
        memory = memory.with(value == null ? Control.RUN : Control.read(value));
      } else if (key.equals(relayName + PositionRecords.TABLES)) {
        memory =
            memory.withTables(value == null ? null : new String(value, StandardCharsets.UTF_8));
      } else if (key.equals(relayName + PositionRecords.HELD)) {
        memory = memory.with(value == null ? HeldTopics.NONE : HeldTopics.read(value));
      }
    }
    if (!records.isEmpty()) {
      lastRecordAt = System.nanoTime();
    }
    return !records.isEmpty();
  }

  /** How long no relay of any name has written here, as far as this one has seen. */
  public Duration silentFor() {
    return Duration.ofNanos(System.nanoTime() - lastRecordAt);
  }

  /** As far as this reader may read now. */
  private long end(KafkaConsumer<byte[], byte[]> reader) {
    Long end = reader.endOffsets(List.of(partition), timeout).get(partition);
    return end == null ? 0 : end;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      Map<String, Object> client, String id, IsolationLevel isolation, Duration timeout) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put("isolation.level", isolation.toString());
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("default.api.timeout.ms", (int) timeout.toMillis());
    properties.put("request.timeout.ms", (int) Math.min(5_000, timeout.toMillis()));
    properties.put("max.poll.records", 10_000);
    properties.put("client.id", id);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
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
