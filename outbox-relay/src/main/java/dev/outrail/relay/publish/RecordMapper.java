package dev.outrail.relay.publish;

import dev.outrail.relay.capture.OutboxRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes an outbox row a Kafka record: key and value are the row's, unchanged; the headers are
 * Debezium's ({@code id}, {@code eventType}), the CloudEvents binary-mode set, and the writer's W3C
 * trace context. The partition is left to Kafka's default for the key. Not thread-safe.
 */
public final class RecordMapper {

  private static final byte[] SPEC_VERSION = utf8("1.0");
  private static final byte[] JSON = utf8("application/json");

  private final String source;
  private final Map<String, byte[]> sources = new HashMap<>();
  private final Rfc3339 times = new Rfc3339();

  /**
   * @param source the header {@code ce_source}; {@code {schema}} in it stands for the row's
   *     database
   */
  public RecordMapper(String source) {
    this.source = source;
  }

  /**
   * Maps one row.
   *
   * @param committedAt becomes the record's timestamp, in ms
   */
  public ProducerRecord<byte[], byte[]> map(OutboxRow row, Instant committedAt) {
    byte[] id = utf8(row.id());
    byte[] type = utf8(row.type());
    byte[] key = utf8(row.aggregateId());
    ProducerRecord<byte[], byte @Nullable []> mapped =
        new ProducerRecord<>(
            row.aggregateType(), null, committedAt.toEpochMilli(), key, row.payload());
    Instant createdAt = row.createdAt();
    Headers headers = mapped.headers();
    headers.add("id", id);
    headers.add("eventType", type);
    headers.add("ce_specversion", SPEC_VERSION);
    headers.add("ce_id", id);
    headers.add("ce_source", sources.computeIfAbsent(row.schema(), this::source));
    headers.add("ce_type", type);
    headers.add("ce_subject", key);
    headers.add("ce_time", times.utf8(createdAt == null ? committedAt : createdAt));
    String contentType = row.contentType();
    headers.add("content-type", contentType == null ? JSON : utf8(contentType));
    if (row.traceparent() != null) {
      headers.add("traceparent", utf8(row.traceparent()));
    }
    if (row.tracestate() != null) {
      headers.add("tracestate", utf8(row.tracestate()));
    }
    return mapped;
  }

  private byte[] source(String schema) {
    return utf8(source.replace("{schema}", schema));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
