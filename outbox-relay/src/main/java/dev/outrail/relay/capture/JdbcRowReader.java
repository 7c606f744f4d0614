package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the current row of a query result; makes of it what {@link RowReader} makes of the
 * binlog's. Not thread-safe.
 */
public final class JdbcRowReader {

  private final @Nullable ZoneId createdAtZone;
  private final TableName table;
  private final ResultSet rows;
  private final Map<String, Integer> columns = new HashMap<>();

  public JdbcRowReader(MySqlServer server, TableName table, ResultSet rows) throws SQLException {
    this.createdAtZone = server.createdAtZone();
    this.table = table;
    this.rows = rows;
    ResultSetMetaData metaData = rows.getMetaData();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      columns.put(metaData.getColumnName(i).toLowerCase(Locale.ROOT), i);
    }
  }

  boolean has(String column) {
    return columns.containsKey(column);
  }

  /**
   * The row that the result stands on.
   *
   * @throws HaltException if a required value is NULL
   */
  public OutboxRow row() throws SQLException {
    String id = text("id");
    String aggregateType = text("aggregatetype");
    String aggregateId = text("aggregateid");
    String type = text("type");
    if (id == null) {
      throw new HaltException(
          "A row of %s has no id.".formatted(table),
          "Complete or remove the row, then start the relay again.");
    }
    return OutboxRow.of(
        table.schema(),
        id,
        aggregateType,
        aggregateId,
        type,
        payload(),
        text("content_type"),
        text("traceparent"),
        text("tracestate"),
        createdAt());
  }

  private byte @Nullable [] payload() throws SQLException {
    Integer column = columns.get("payload");
    if (column == null) {
      return null; // the preflight has seen to it that there is one
    }
    int kind = rows.getMetaData().getColumnType(column);
    if (kind == Types.BINARY
        || kind == Types.VARBINARY
        || kind == Types.LONGVARBINARY
        || kind == Types.BLOB) {
      return rows.getBytes(column);
    }
    // The bytes of a text column depend on its character set; the topic gets UTF-8, as from the
    // binlog
    String text = rows.getString(column);
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private @Nullable String text(String name) throws SQLException {
    Integer column = columns.get(name);
    Object value = column == null ? null : rows.getObject(column);
    if (column == null || value == null) {
      return null;
    }
    if (value instanceof byte[] bytes && bytes.length == 16) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
    return value instanceof byte[] ? rows.getString(column) : value.toString();
  }

  private @Nullable Instant createdAt() throws SQLException {
    Integer column = columns.get("created_at");
    Object value = column == null ? null : rows.getObject(column);
    if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    }
    return value instanceof LocalDateTime dateTime && createdAtZone != null
        ? dateTime.atZone(createdAtZone).toInstant()
        : null;
  }
}
