package dev.outrail.relay.publish;

import dev.outrail.relay.capture.EventHeader;
import dev.outrail.relay.capture.OutboxRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Makes an outbox row a Kafka record: key and value are the row's, unchanged; the headers are
 * Debezium's ({@code id}, {@code eventType}), the CloudEvents binary-mode set, the writer's W3C
 * trace context, and those of the row itself. The partition is left to Kafka's default for the key.
 * Not thread-safe.
 */
public final class RecordMapper {

  private static final Header SPEC_VERSION = new RecordHeader("ce_specversion", utf8("1.0"));
  private static final byte[] JSON = utf8("application/json");

  private final String source;
  private final Rfc3339 times = new Rfc3339();
  private @Nullable Kind last;

  /** The headers that events of a kind share, made once as long as they come in a row. */
  private record Kind(
      String schema,
      String type,
      @Nullable String ofContentType,
      Header eventType,
      Header source,
      Header ceType,
      Header contentType) {

    boolean isOf(OutboxRow row) {
      return type.equals(row.type())
          && schema.equals(row.schema())
          && Objects.equals(ofContentType, row.contentType());
    }
  }

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
   * @param committedAt becomes the record's timestamp, in ms; Kafka has none before 1970
   */
  public ProducerRecord<byte[], byte[]> map(OutboxRow row, Instant committedAt) {
    byte[] key = utf8(row.aggregateId());
    ProducerRecord<byte[], byte @Nullable []> mapped =
        new ProducerRecord<>(
            row.aggregateType(), null, Math.max(0, committedAt.toEpochMilli()), key, row.payload());
    Kind kind = last;
    if (kind == null || !kind.isOf(row)) {
      kind = kind(row);
      last = kind;
    }
    byte[] id = utf8(row.id());
    Instant createdAt = row.createdAt();
    Headers headers = mapped.headers();
    headers.add("id", id);
    headers.add(kind.eventType());
    headers.add(SPEC_VERSION);
    headers.add("ce_id", id);
    headers.add(kind.source());
    headers.add(kind.ceType());
    if (key.length > 0) { // CloudEvents forbids an empty subject
      headers.add("ce_subject", key);
    }
    headers.add("ce_time", times.utf8(createdAt == null ? committedAt : createdAt));
    headers.add(kind.contentType());
    if (row.traceparent() != null) {
      headers.add("traceparent", utf8(row.traceparent()));
    }
    if (row.tracestate() != null) {
      headers.add("tracestate", utf8(row.tracestate()));
    }
    for (EventHeader own : row.headers()) {
      headers.add(own.name(), utf8(own.value()));
    }
    return mapped;
  }

  private Kind kind(OutboxRow row) {
    byte[] type = utf8(row.type());
    String contentType = row.contentType();
    return new Kind(
        row.schema(),
        row.type(),
        contentType,
        new RecordHeader("eventType", type),
        new RecordHeader("ce_source", utf8(source.replace("{schema}", row.schema()))),
        new RecordHeader("ce_type", type),
        new RecordHeader("content-type", contentType == null ? JSON : utf8(contentType)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
