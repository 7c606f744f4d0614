package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.jdbc.MySqlValueConverters;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.ValueConverter;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of the cells that the binlog has, for one shape of an outbox table. What a cell
 * means is Debezium's knowledge: its converters are asked, except where there is nothing to
 * convert.
 *
 * <p>Column names are matched without regard to case. {@code id}, {@code aggregatetype}, {@code
 * aggregateid}, {@code type} and {@code payload} must be there; the other columns are optional, so
 * that any table of the Debezium outbox convention can be relayed.
 */
final class OutboxColumns {

  /** The binlog has the bytes of the column's character set; in these they are UTF-8 already. */
  private static final Set<String> UTF_8 = Set.of("utf8mb4", "utf8mb3", "utf8", "ascii");

  private static final Set<Integer> CHARACTERS =
      Set.of(
          Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.CLOB,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.NCLOB);

  private static final Set<String> TEXT_TYPES =
      Set.of("CHAR", "VARCHAR", "NCHAR", "NVARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT");

  /**
   * One column.
   *
   * @param utf8 whether the cell is text in UTF-8
   * @param type the name of what the converter makes, if it has one
   */
  private record Cell(int index, ValueConverter converter, boolean utf8, @Nullable String type) {}

  private final Table table;
  private final @Nullable ZoneId createdAtZone;
  private final int columns;
  private final Cell id;
  private final Cell aggregateType;
  private final Cell aggregateId;
  private final Cell type;
  private final Cell payload;
  private final @Nullable Cell contentType;
  private final @Nullable Cell traceparent;
  private final @Nullable Cell tracestate;
  private final @Nullable Cell createdAt;

  /**
   * @param shape Debezium's, of the same table
   * @param createdAtZone of a DATETIME; null if it tells no time
   * @throws HaltException if a column is missing
   */
  OutboxColumns(
      Table table, Schema shape, MySqlValueConverters converters, @Nullable ZoneId createdAtZone) {
    this.table = table;
    this.createdAtZone = createdAtZone;
    this.columns = table.columns().size();
    this.id = required(table, shape, converters, "id");
    this.aggregateType = required(table, shape, converters, "aggregatetype");
    this.aggregateId = required(table, shape, converters, "aggregateid");
    this.type = required(table, shape, converters, "type");
    this.payload = required(table, shape, converters, "payload");
    this.contentType = optional(table, shape, converters, "content_type");
    this.traceparent = optional(table, shape, converters, "traceparent");
    this.tracestate = optional(table, shape, converters, "tracestate");
    this.createdAt = optional(table, shape, converters, "created_at");
  }

  /** Whether this is still the table's shape. */
  boolean areOf(@Nullable Table present) {
    return table == present;
  }

  /** The table's database. */
  String schema() {
    return table.id().catalog();
  }

  /** The number of the column with the id. */
  int idColumn() {
    return id.index();
  }

  /** Whether rows with these columns have all of them. */
  boolean areAll(BitSet included) {
    return included.cardinality() == columns;
  }

  /**
   * A row's cells at their columns' places, where it has only some.
   *
   * @throws HaltException if one of those is missing that make an event
   */
  Serializable[] placed(Serializable[] cells, BitSet included, String gtid) {
    String missing =
        Stream.of(
                id,
                aggregateType,
                aggregateId,
                type,
                payload,
                contentType,
                traceparent,
                tracestate,
                createdAt)
            .filter(cell -> cell != null && !included.get(cell.index()))
            .map(cell -> table.columns().get(cell.index()).name())
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw CaptureFailures.rowImage(table.id().toString(), missing, gtid);
    }
    Serializable[] whole = new Serializable[columns];
    int next = 0;
    for (int i = included.nextSetBit(0); i >= 0; i = included.nextSetBit(i + 1)) {
      whole[i] = cells[next++];
    }
    return whole;
  }

  /**
   * One row.
   *
   * @param cells one for each column
   * @throws HaltException if it has no id
   */
  OutboxRow row(Serializable[] cells) {
    String schema = schema();
    String key = text(cells, id);
    if (key == null) {
      throw new HaltException(
          "An outbox row in %s (aggregatetype %s, aggregateid %s, type %s) has no id."
              .formatted(
                  schema, text(cells, aggregateType), text(cells, aggregateId), text(cells, type)),
          "Declare the column NOT NULL. The row cannot be told from others, so it cannot be quarantined either; move the"
              + " position behind its transaction: relay position set.");
    }
    return OutboxRow.of(
        schema,
        key,
        text(cells, aggregateType),
        text(cells, aggregateId),
        text(cells, type),
        bytes(cells, payload),
        text(cells, contentType),
        text(cells, traceparent),
        text(cells, tracestate),
        instant(cells, createdAt));
  }

  private static Cell required(
      Table table, Schema shape, MySqlValueConverters converters, String name) {
    Cell cell = optional(table, shape, converters, name);
    if (cell == null) {
      throw new HaltException(
          "The outbox table " + table.id() + " has no column '" + name + "'.",
          "Add the column (see messaging.sql for the table), or take its schema out of outbox.schemas.");
    }
    return cell;
  }

  private static @Nullable Cell optional(
      Table table, Schema shape, MySqlValueConverters converters, String name) {
    List<Column> all = table.columns();
    for (int i = 0; i < all.size(); i++) {
      Column column = all.get(i);
      Field field = shape.field(column.name());
      if (field != null && column.name().toLowerCase(Locale.ROOT).equals(name)) {
        return new Cell(
            i, converters.converter(column, field), isUtf8(column), field.schema().name());
      }
    }
    return null;
  }

  private static boolean isUtf8(Column column) {
    String charset = column.charsetName();
    return charset != null
        && UTF_8.contains(charset.toLowerCase(Locale.ROOT))
        && CHARACTERS.contains(column.jdbcType())
        && TEXT_TYPES.contains(column.typeName().toUpperCase(Locale.ROOT));
  }

  private static @Nullable String text(Serializable[] cells, @Nullable Cell cell) {
    Serializable raw = cell == null ? null : cells[cell.index()];
    if (cell == null || raw == null) {
      return null;
    }
    if (cell.utf8() && raw instanceof byte[] utf8) {
      return new String(utf8, StandardCharsets.UTF_8);
    }
    Object value = cell.converter().convert(raw);
    if (value instanceof ByteBuffer || value instanceof byte[]) {
      byte[] bytes = plain(value);
      if (bytes.length == 16) { // BINARY(16): a UUID
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong()).toString();
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return value == null ? null : value.toString();
  }

  private static byte @Nullable [] bytes(Serializable[] cells, Cell cell) {
    Serializable raw = cells[cell.index()];
    if (raw == null) {
      return null;
    }
    if (cell.utf8() && raw instanceof byte[] utf8) {
      return utf8;
    }
    Object value = cell.converter().convert(raw);
    return value == null ? null : plain(value);
  }

  private static byte[] plain(Object value) {
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

  private @Nullable Instant instant(Serializable[] cells, @Nullable Cell cell) {
    Serializable raw = cell == null ? null : cells[cell.index()];
    if (cell == null || raw == null) {
      return null;
    }
    if (raw instanceof ZonedDateTime time) { // TIMESTAMP
      return time.toInstant();
    }
    if (raw instanceof LocalDateTime time) { // DATETIME
      ZoneId zone = createdAtZone;
      return zone == null || time.getYear() <= 99 ? null : time.atZone(zone).toInstant();
    }
    Object value = cell.converter().convert(raw);
    if (value instanceof String text) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeParseException e) {
        return null; // a column of another type has that name
      }
    }
    if (value instanceof Long number) {
      return switch (String.valueOf(cell.type())) {
        case "io.debezium.time.MicroTimestamp" -> Instant.EPOCH.plus(number, ChronoUnit.MICROS);
        case "io.debezium.time.NanoTimestamp" -> Instant.EPOCH.plusNanos(number);
        default -> Instant.ofEpochMilli(number);
      };
    }
    return null;
  }
}
