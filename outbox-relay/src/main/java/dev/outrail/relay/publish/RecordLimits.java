package dev.outrail.relay.publish;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which records need not be tried, because they are larger than the producer or their topic takes,
 * or of a time that it does not. A topic is asked for its limits once it has refused a record: of a
 * thousand records that it would refuse, too, none costs a transaction then.
 *
 * <p>Measures with Kafka's own classes, since only those know what a record takes in a batch of its
 * own, compressed.
 *
 * <p>Not thread-safe.
 */
final class RecordLimits {

  /** Limits that are older are asked for again before they keep a record back. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** The broker's clock may be wrong, too; what is nearer to a limit than this is tried. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(60);

  /** A record has its row's columns in it twice at most, and some headers. */
  private static final int RECORD_PER_ROW = 3;

  private static final long NONE = Long.MAX_VALUE;

  /**
   * @param bytes the largest batch
   * @param beforeMs how old a record may be
   * @param afterMs how far in the future
   */
  private record Limits(long bytes, long beforeMs, long afterMs, Instant askedAt) {

    static final Limits NOT_ASKED = new Limits(NONE, NONE, NONE, Instant.EPOCH);

    static Limits of(Map<String, String> configs, Instant now) {
      boolean checksTimes =
          TimestampType.CREATE_TIME.name.equals(configs.get("message.timestamp.type"));
      return new Limits(
          Math.min(number(configs, "max.message.bytes"), number(configs, "segment.bytes")),
          checksTimes ? number(configs, "message.timestamp.before.max.ms") : NONE,
          checksTimes ? number(configs, "message.timestamp.after.max.ms") : NONE,
          now);
    }

    private static long number(Map<String, String> configs, String name) {
      String value = configs.get(name);
      return value == null ? NONE : Long.parseLong(value);
    }
  }

  private final Function<String, Map<String, String>> configsOf;
  private final InstantSource clock;
  private final Compression compression;
  private final long requestBytes;
  private final long bufferBytes;
  private final Map<String, Limits> asked = new HashMap<>();

  /**
   * @param producer the producer's properties
   * @param configsOf asks for a topic's settings; without any if they may not be seen
   */
  RecordLimits(
      Map<String, Object> producer,
      Function<String, Map<String, String>> configsOf,
      InstantSource clock) {
    this.configsOf = configsOf;
    this.clock = clock;
    this.compression = compression(producer);
    this.requestBytes = number(producer, ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    this.bufferBytes = number(producer, ProducerConfig.BUFFER_MEMORY_CONFIG);
  }

  /** The topic has refused a record; from now on its limits count. */
  void refusedBy(String topic) {
    asked.put(topic, Limits.NOT_ASKED);
  }

  /**
   * Why the record would be refused, by the producer or by its topic; null if nothing is known
   * against it.
   */
  @Nullable Problem obstacle(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
    Problem ofProducer = ofProducer(row, made);
    return ofProducer != null || asked.isEmpty() ? ofProducer : ofTopic(row, made);
  }

  private @Nullable Problem ofProducer(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
    long limit = Math.min(requestBytes, bufferBytes);
    if (fits(row, limit)) {
      return null;
    }
    int bytes =
        AbstractRecords.estimateSizeInBytesUpperBound(
            RecordBatch.CURRENT_MAGIC_VALUE,
            compression.type(),
            made.key(),
            made.value(),
            made.headers().toArray());
    if (bytes <= limit) {
      return null;
    }
    String setting = bytes > requestBytes ? "kafka.max.request.size" : "kafka.buffer.memory";
    return new Problem(
        "Event %s is too large for the relay's own producer: %d bytes, %s is %d."
            .formatted(row.id(), bytes, setting, limit),
        "Raise %s in the relay's settings and restart it (the topic's max.message.bytes must allow the event, too), then retry the event."
            .formatted(setting));
  }

  private @Nullable Problem ofTopic(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
    Limits known = asked.get(made.topic());
    if (known == null) {
      return null;
    }
    Problem problem = known == Limits.NOT_ASKED ? null : broken(known, row, made);
    boolean fresh = known.askedAt().plus(FRESH).isAfter(clock.instant());
    if (fresh || (problem == null && known != Limits.NOT_ASKED)) {
      return problem;
    }
    Limits anew = Limits.of(configsOf.apply(made.topic()), clock.instant()); // they may be raised
    asked.put(made.topic(), anew);
    return broken(anew, row, made);
  }

  private @Nullable Problem broken(
      Limits limits, OutboxRow row, ProducerRecord<byte[], byte[]> made) {
    if (!fits(row, limits.bytes())) {
      int bytes = batchOf(made);
      if (bytes > limits.bytes()) {
        return PublishFailures.tooLarge(
            "Event %s to %s".formatted(row.id(), made.topic()),
            "%d bytes, the topic takes %d".formatted(bytes, limits.bytes()));
      }
    }
    Long timestamp = made.timestamp();
    if (timestamp == null) {
      return null;
    }
    long now = clock.millis();
    long slack = CLOCKS_DIFFER.toMillis();
    if (now - timestamp - slack > limits.beforeMs() || timestamp - now - slack > limits.afterMs()) {
      return PublishFailures.notAsItIs(
          "Event %s to %s".formatted(row.id(), made.topic()),
          "its time %s is out of the range that message.timestamp.before.max.ms and message.timestamp.after.max.ms allow"
              .formatted(Instant.ofEpochMilli(timestamp)));
    }
    return null;
  }

  private static boolean fits(OutboxRow row, long bytes) {
    return (long) RECORD_PER_ROW * row.approximateSize() <= bytes;
  }

  private int batchOf(ProducerRecord<byte[], byte[]> made) {
    Long timestamp = made.timestamp();
    return MemoryRecords.withRecords(
            compression,
            new SimpleRecord(
                timestamp == null ? RecordBatch.NO_TIMESTAMP : timestamp,
                made.key(),
                made.value(),
                made.headers().toArray()))
        .sizeInBytes();
  }

  private static Compression compression(Map<String, Object> producer) {
    CompressionType type =
        CompressionType.forName(
            String.valueOf(producer.getOrDefault(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"))
                .trim());
    return switch (type) {
      case GZIP ->
          Compression.gzip()
              .level(level(producer, ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, type))
              .build();
      case LZ4 ->
          Compression.lz4()
              .level(level(producer, ProducerConfig.COMPRESSION_LZ4_LEVEL_CONFIG, type))
              .build();
      case ZSTD ->
          Compression.zstd()
              .level(level(producer, ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, type))
              .build();
      case NONE, SNAPPY -> Compression.of(type).build();
    };
  }

  private static int level(Map<String, Object> producer, String name, CompressionType type) {
    Object value = producer.get(name);
    return value == null ? type.defaultLevel() : Integer.parseInt(value.toString().trim());
  }

  private static long number(Map<String, Object> producer, String name) {
    Object value = producer.get(name);
    return value == null ? NONE : Long.parseLong(value.toString().trim());
  }
}
