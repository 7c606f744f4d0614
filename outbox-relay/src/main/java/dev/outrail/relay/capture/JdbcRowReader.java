package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the current row of a query result, of {@link OutboxColumn#selected} columns; makes of it
 * what {@link OutboxColumns} makes of the binlog's. The connection must be one of {@link
 * MySqlServer}, whose results are in UTF-8 and UTC. Not thread-safe.
 */
public final class JdbcRowReader {

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .toFormatter();

  private record Read(int index, ValueRule rule) {}

  private final TableName table;
  private final ResultSet rows;
  private final Map<OutboxColumn, Read> columns = new EnumMap<>(OutboxColumn.class);
  private int createdAt;

  /** Of the times in {@code created_at}; null if they tell none. */
  private @Nullable ZoneId createdAtZone;

  /**
   * @param server whose connection the result is of
   * @throws HaltException if a column is of a type that is refused
   */
  public JdbcRowReader(MySqlServer server, TableName table, ResultSet rows) throws SQLException {
    this.table = table;
    this.rows = rows;
    ResultSetMetaData metaData = rows.getMetaData();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      OutboxColumn column = OutboxColumn.of(metaData.getColumnName(i));
      ColumnType type = ColumnType.of(metaData, i);
      if (column == OutboxColumn.CREATED_AT) {
        createdAt = i;
        createdAtZone =
            type.name().equals("TIMESTAMP")
                ? ZoneOffset.UTC
                : type.name().equals("DATETIME") ? server.createdAtZone() : null;
      } else if (column != null) {
        columns.put(column, new Read(i, column.rule(table, type)));
      }
    }
  }

  /**
   * The row that the result stands on.
   *
   * @throws HaltException if it has no id
   */
  public OutboxRow row() throws SQLException {
    String id = text(OutboxColumn.ID);
    if (id == null) {
      throw new HaltException(
          "A row of %s has no id.".formatted(table),
          "Complete or remove the row, then start the relay again.");
    }
    return OutboxRow.of(
        table.schema(),
        id,
        text(OutboxColumn.AGGREGATETYPE),
        text(OutboxColumn.AGGREGATEID),
        text(OutboxColumn.TYPE),
        value(OutboxColumn.PAYLOAD),
        text(OutboxColumn.CONTENT_TYPE),
        text(OutboxColumn.TRACEPARENT),
        text(OutboxColumn.TRACESTATE),
        text(OutboxColumn.HEADERS),
        createdAt(),
        OutboxRow.notUtf8(notText()));
  }

  private byte @Nullable [] value(OutboxColumn column) throws SQLException {
    Read read = columns.get(column);
    byte[] sent = read == null ? null : rows.getBytes(read.index());
    return read == null || sent == null ? null : read.rule().ofSelected(sent);
  }

  private @Nullable String text(OutboxColumn column) throws SQLException {
    Read read = columns.get(column);
    byte[] value = value(column);
    return read == null || value == null ? null : read.rule().text(value);
  }

  private List<OutboxColumn> notText() throws SQLException {
    List<OutboxColumn> found = new ArrayList<>();
    for (Map.Entry<OutboxColumn, Read> each : columns.entrySet()) {
      ValueRule rule = each.getValue().rule();
      byte[] value =
          each.getKey() != OutboxColumn.PAYLOAD && rule.mayBeNoText() ? value(each.getKey()) : null;
      if (value != null && !rule.isText(value)) {
        found.add(each.getKey());
      }
    }
    return found;
  }

  private @Nullable Instant createdAt() throws SQLException {
    ZoneId zone = createdAtZone;
    byte[] sent = createdAt == 0 || zone == null ? null : rows.getBytes(createdAt);
    if (sent == null || zone == null) {
      return null;
    }
    try {
      LocalDateTime time = LocalDateTime.parse(new String(sent, StandardCharsets.US_ASCII), TIME);
      return time.getYear() == 0 ? null : time.atZone(zone).toInstant();
    } catch (DateTimeParseException e) {
      return null; // 0000-00-00, as from the binlog
    }
  }
}
