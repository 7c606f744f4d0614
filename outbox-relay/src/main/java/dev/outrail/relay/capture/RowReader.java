package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import io.debezium.data.Envelope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change event of the connector. Looking a field up by name in every row costs an eighth of
 * the binlog thread, so the fields are looked up once per schema. Not thread-safe: one per thread.
 *
 * <p>Column names are matched without regard to case. {@code id}, {@code aggregatetype}, {@code
 * aggregateid}, {@code type} and {@code payload} must be there; the other columns are optional, so
 * that any table of the Debezium outbox convention can be relayed.
 */
final class RowReader {

  private record Columns(
      Field id,
      Field aggregateType,
      Field aggregateId,
      Field type,
      Field payload,
      @Nullable Field contentType,
      @Nullable Field traceparent,
      @Nullable Field tracestate,
      @Nullable Field createdAt) {}

  private record Shape(
      Field after, Field source, Field database, Field gtid, Field timestamp, Columns columns) {}

  private final IdentityHashMap<Schema, Shape> shapes = new IdentityHashMap<>();

  /** Null if the record is neither an inserted row nor a sign of life. */
  @Nullable CapturedEvent read(SourceRecord sourceRecord) {
    String completed = (String) sourceRecord.sourceOffset().get("gtids");
    Schema valueSchema = sourceRecord.valueSchema();
    if (!Envelope.isEnvelopeSchema(valueSchema)) {
      return completed == null ? null : new CapturedEvent.Beat(completed);
    }
    Struct envelope = (Struct) sourceRecord.value();
    if (!"c".equals(envelope.getString("op"))) {
      return null;
    }
    Shape shape = shape(valueSchema);
    Struct source = (Struct) envelope.get(shape.source());
    Struct after = (Struct) envelope.get(shape.after());
    String schema = (String) source.get(shape.database());
    String gtid = (String) source.get(shape.gtid());
    if (gtid == null || completed == null) {
      throw new HaltException(
          "An outbox row of "
              + schema
              + " came without a GTID, so there is no position to record for it.",
          "Set gtid_mode=ON on the MySQL server and start the relay again.");
    }
    Instant committedAt = Instant.ofEpochMilli((Long) source.get(shape.timestamp()));
    return new CapturedEvent.Row(row(schema, after, shape.columns()), gtid, completed, committedAt);
  }

  int approximateSize(SourceRecord sourceRecord) {
    if (!Envelope.isEnvelopeSchema(sourceRecord.valueSchema())) {
      return 512;
    }
    Shape shape = shape(sourceRecord.valueSchema());
    if (!(((Struct) sourceRecord.value()).get(shape.after()) instanceof Struct after)) {
      return 512;
    }
    Object payload = after.get(shape.columns().payload());
    int payloadSize =
        payload instanceof ByteBuffer bytes
            ? bytes.remaining()
            : payload instanceof byte[] array
                ? array.length
                : payload instanceof String text ? 2 * text.length() : 0;
    return 2048 + payloadSize; // the structs around a payload take about this much
  }

  private static OutboxRow row(String schema, Struct after, Columns columns) {
    String id = text(after, columns.id());
    String aggregateType = text(after, columns.aggregateType());
    String aggregateId = text(after, columns.aggregateId());
    String type = text(after, columns.type());
    if (id == null) {
      throw new HaltException(
          "An outbox row in %s (aggregatetype %s, aggregateid %s, type %s) has no id."
              .formatted(schema, aggregateType, aggregateId, type),
          "Declare the column NOT NULL. The row cannot be told from others, so it cannot be quarantined either; move the"
              + " position behind its transaction: relay position set.");
    }
    return OutboxRow.of(
        schema,
        id,
        aggregateType,
        aggregateId,
        type,
        bytes(after.get(columns.payload())),
        text(after, columns.contentType()),
        text(after, columns.traceparent()),
        text(after, columns.tracestate()),
        instant(after, columns.createdAt()));
  }

  private Shape shape(Schema envelope) {
    Shape known = shapes.get(envelope);
    if (known != null) {
      return known;
    }
    Field after = envelope.field(Envelope.FieldName.AFTER);
    Field source = envelope.field(Envelope.FieldName.SOURCE);
    Schema row = after.schema();
    Shape shape =
        new Shape(
            after,
            source,
            source.schema().field("db"),
            source.schema().field("gtid"),
            source.schema().field("ts_ms"),
            new Columns(
                required(row, "id"),
                required(row, "aggregatetype"),
                required(row, "aggregateid"),
                required(row, "type"),
                required(row, "payload"),
                optional(row, "content_type"),
                optional(row, "traceparent"),
                optional(row, "tracestate"),
                optional(row, "created_at")));
    shapes.put(envelope, shape);
    return shape;
  }

  private static Field required(Schema row, String column) {
    Field field = optional(row, column);
    if (field == null) {
      throw new HaltException(
          "The outbox table behind " + row.name() + " has no column '" + column + "'.",
          "Add the column (see messaging.sql for the table), or take its schema out of outbox.schemas.");
    }
    return field;
  }

  private static @Nullable Field optional(Schema row, String column) {
    for (Field field : row.fields()) {
      if (field.name().toLowerCase(Locale.ROOT).equals(column)) {
        return field;
      }
    }
    return null;
  }

  private static @Nullable String text(Struct row, @Nullable Field field) {
    Object value = field == null ? null : row.get(field);
    if (value == null) {
      return null;
    }
    if (value instanceof ByteBuffer || value instanceof byte[]) {
      byte[] bytes = bytes(value);
      if (bytes != null && bytes.length == 16) { // BINARY(16): a UUID
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
      }
      return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
    return value.toString();
  }

  private static byte @Nullable [] bytes(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof byte[] array) {
      return array;
    }
    if (value instanceof ByteBuffer buffer) {
      if (buffer.hasArray()
          && buffer.arrayOffset() == 0
          && buffer.remaining() == buffer.array().length) {
        return buffer.array();
      }
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    return value.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable Instant instant(Struct row, @Nullable Field field) {
    Object value = field == null ? null : row.get(field);
    if (value == null || field == null) {
      return null;
    }
    if (value instanceof String text) { // TIMESTAMP
      return OffsetDateTime.parse(text).toInstant();
    }
    if (value instanceof Long number) { // DATETIME, read as UTC
      return switch (String.valueOf(field.schema().name())) {
        case "io.debezium.time.MicroTimestamp" -> Instant.EPOCH.plus(number, ChronoUnit.MICROS);
        case "io.debezium.time.NanoTimestamp" -> Instant.EPOCH.plusNanos(number);
        default -> Instant.ofEpochMilli(number);
      };
    }
    return null;
  }
}
