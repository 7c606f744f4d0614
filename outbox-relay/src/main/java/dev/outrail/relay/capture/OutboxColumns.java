package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of the cells that the binlog has, for one shape of an outbox table, by the {@link
 * ValueRule} of each column.
 *
 * <p>{@code id}, {@code aggregatetype}, {@code aggregateid}, {@code type} and {@code payload} must
 * be there; the other columns are optional, so that any table of the Debezium outbox convention can
 * be relayed.
 */
final class OutboxColumns {

  private record Cell(OutboxColumn column, int index, ValueRule rule) {}

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
  private final @Nullable Cell headers;
  private final int createdAt;

  /** Those whose values have to be looked at. */
  private final List<Cell> mayBeNoText = new ArrayList<>();

  /**
   * @param createdAtZone of a DATETIME; null if it tells no time
   * @throws HaltException if a column is missing, or of a type that is refused
   */
  OutboxColumns(Table table, @Nullable ZoneId createdAtZone) {
    this.table = table;
    this.createdAtZone = createdAtZone;
    this.columns = table.columns().size();
    this.id = required(OutboxColumn.ID);
    this.aggregateType = required(OutboxColumn.AGGREGATETYPE);
    this.aggregateId = required(OutboxColumn.AGGREGATEID);
    this.type = required(OutboxColumn.TYPE);
    this.payload = required(OutboxColumn.PAYLOAD);
    this.contentType = optional(OutboxColumn.CONTENT_TYPE);
    this.traceparent = optional(OutboxColumn.TRACEPARENT);
    this.tracestate = optional(OutboxColumn.TRACESTATE);
    this.headers = optional(OutboxColumn.HEADERS);
    this.createdAt = index(OutboxColumn.CREATED_AT);
    for (Cell cell :
        new Cell[] {
          id, aggregateType, aggregateId, type, contentType, traceparent, tracestate, headers
        }) {
      if (cell != null && cell.rule().mayBeNoText()) {
        mayBeNoText.add(cell);
      }
    }
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
        IntStream.concat(
                Stream.of(
                        id,
                        aggregateType,
                        aggregateId,
                        type,
                        payload,
                        contentType,
                        traceparent,
                        tracestate,
                        headers)
                    .filter(Objects::nonNull)
                    .mapToInt(Cell::index),
                IntStream.of(createdAt))
            .filter(index -> index >= 0 && !included.get(index))
            .mapToObj(index -> table.columns().get(index).name())
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
        text(cells, headers),
        instant(cells),
        mayBeNoText.isEmpty() ? null : OutboxRow.notUtf8(notText(cells)));
  }

  private Cell required(OutboxColumn column) {
    Cell cell = optional(column);
    if (cell == null) {
      throw new HaltException(OutboxColumn.missing(name(), column));
    }
    return cell;
  }

  private @Nullable Cell optional(OutboxColumn column) {
    int index = index(column);
    return index < 0
        ? null
        : new Cell(column, index, column.rule(name(), ColumnType.of(table.columns().get(index))));
  }

  /** -1 if the table has no such column. */
  private int index(OutboxColumn column) {
    List<Column> all = table.columns();
    for (int i = 0; i < all.size(); i++) {
      if (OutboxColumn.of(all.get(i).name()) == column) {
        return i;
      }
    }
    return -1;
  }

  private TableName name() {
    return new TableName(table.id().catalog(), table.id().table());
  }

  private List<OutboxColumn> notText(Serializable[] cells) {
    List<OutboxColumn> found = new ArrayList<>();
    for (Cell cell : mayBeNoText) {
      byte[] value = bytes(cells, cell);
      if (value != null && !cell.rule().isText(value)) {
        found.add(cell.column());
      }
    }
    return found;
  }

  private static @Nullable String text(Serializable[] cells, @Nullable Cell cell) {
    byte[] value = bytes(cells, cell);
    return cell == null || value == null ? null : cell.rule().text(value);
  }

  private static byte @Nullable [] bytes(Serializable[] cells, @Nullable Cell cell) {
    Serializable raw = cell == null ? null : cells[cell.index()];
    return cell == null || raw == null ? null : cell.rule().ofCell(raw);
  }

  private @Nullable Instant instant(Serializable[] cells) {
    Serializable raw = createdAt < 0 ? null : cells[createdAt];
    if (raw instanceof ZonedDateTime time) { // TIMESTAMP
      return time.toInstant();
    }
    // DATETIME; a column of another type has that name only
    ZoneId zone = createdAtZone;
    return raw instanceof LocalDateTime time && zone != null ? time.atZone(zone).toInstant() : null;
  }
}
