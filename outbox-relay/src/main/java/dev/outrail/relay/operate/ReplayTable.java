package dev.outrail.relay.operate;

import dev.outrail.relay.capture.CreatedAt;
import dev.outrail.relay.capture.JdbcRowReader;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxColumn;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.StoredColumn;
import dev.outrail.relay.capture.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of one outbox table are found and paged through for a replay.
 *
 * <p>Cost: ids use the primary key. A time range, and paging by time, use an index that begins with
 * {@code created_at} if there is one. Without one, rows whose ids are UUIDv7 are paged through by
 * id, which is their order in time, too, in a single pass over the primary key; otherwise each page
 * scans the table.
 *
 * @param createdAt an expression for the time of creation, never NULL; null if no column tells it
 * @param columns how the columns that are asked for have what they are asked for by
 * @param byTime whether rows come by time and id; else by id
 * @param until rows from this moment on (as the column has it) are not part of it; null without a
 *     time
 * @param time what the values of that column mean; null if there is none
 * @param untilId the greatest id that is part of it, only where there is no time; null for an empty
 *     table
 */
@SuppressWarnings("ArrayRecordComponent") // ids are carried through, never compared
record ReplayTable(
    MySqlServer server,
    TableName table,
    @Nullable String createdAt,
    Map<OutboxColumn, StoredColumn> columns,
    boolean indexedByTime,
    boolean byTime,
    @Nullable String until,
    @Nullable CreatedAt time,
    @Nullable Object untilId) {

  private static final String HAS_TIME_INDEX =
      """
      SELECT COUNT(*) FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = 'created_at' AND SEQ_IN_INDEX = 1
      """;

  /** Rows that have been read by now; the next page begins behind it. */
  record Key(@Nullable String at, Object id, long bytes) {}

  /** What the selection comes to. */
  record Summary(
      List<ReplayReport.Group> groups,
      long rows,
      long bytes,
      boolean onlyVersion7,
      long later,
      ReplayReport.@Nullable End first,
      ReplayReport.@Nullable End last) {}

  /** Looks at the table's columns and indexes, and fixes where the replay ends. */
  static ReplayTable inspect(MySqlServer server, Connection connection, TableName table)
      throws SQLException {
    String createdAt = null;
    CreatedAt time = CreatedAt.of(server, connection, table);
    if (time != null && time.zone() != null) {
      createdAt =
          time.nullable()
              ? "COALESCE(created_at, CAST('1970-01-02' AS DATETIME(6)))"
              : "created_at";
    }
    boolean indexed;
    try (PreparedStatement statement = connection.prepareStatement(HAS_TIME_INDEX)) {
      statement.setString(1, table.schema());
      statement.setString(2, table.table());
      try (ResultSet found = statement.executeQuery()) {
        indexed = found.next() && found.getLong(1) > 0;
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet end =
            statement.executeQuery(
                createdAt != null
                    ? "SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)"
                    : "SELECT MAX(id) FROM " + table.quoted())) {
      end.next();
      return new ReplayTable(
          server,
          table,
          createdAt,
          StoredColumn.of(connection, table),
          indexed,
          createdAt != null,
          createdAt != null && time != null
              ? time.literal(Instant.EPOCH.plus(end.getLong(1), ChronoUnit.MICROS))
              : null,
          time,
          createdAt != null ? null : end.getObject(1));
    }
  }

  /** Whether what the server fills says of each row when it was written. */
  boolean filledByServer() {
    return time != null && time.filledByServer();
  }

  ReplayTable orderedByTime(boolean yes) {
    return new ReplayTable(
        server, table, createdAt, columns, indexedByTime, yes, until, time, untilId);
  }

  /** Those of the ids that are in the table, whatever else the selection says. */
  List<String> present(Connection connection, List<String> ids) throws SQLException {
    List<String> present = new ArrayList<>();
    Where where = new Where();
    where.ids(ids);
    try (PreparedStatement statement =
            where.prepare(connection, "SELECT id FROM " + table.quoted(), "");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        present.add(text(rows.getObject(1)));
      }
    }
    return present;
  }

  Summary summary(Connection connection, ReplaySelection selection) throws SQLException {
    String version =
        id().isBinaryUuid()
            ? "SUBSTRING(HEX(id), 13, 1) <> '7'"
            : "CHAR_LENGTH(id) <> 36 OR SUBSTRING(id, 15, 1) <> '7'";
    String select =
        """
        SELECT %s COLLATE utf8mb4_0900_bin AS topic, %s COLLATE utf8mb4_0900_bin AS kind,
               COUNT(*), COALESCE(SUM(LENGTH(payload)), 0), SUM(%s)
        FROM %s"""
            .formatted(
                column(OutboxColumn.AGGREGATETYPE).shownInSql(),
                column(OutboxColumn.TYPE).shownInSql(),
                version,
                table.quoted());
    List<ReplayReport.Group> groups = new ArrayList<>();
    long count = 0;
    long bytes = 0;
    long otherVersions = 0;
    try (PreparedStatement statement =
            where(selection)
                .prepare(connection, select, " GROUP BY topic, kind ORDER BY topic, kind");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        groups.add(new ReplayReport.Group(rows.getString(1), rows.getString(2), rows.getLong(3)));
        count += rows.getLong(3);
        bytes += rows.getLong(4);
        otherVersions += rows.getLong(5);
      }
    }
    ReplayTable ordered = orderedByTime(createdAt != null && (indexedByTime || otherVersions > 0));
    return new Summary(
        groups,
        count,
        bytes,
        otherVersions == 0,
        later(connection, selection),
        count == 0 ? null : ordered.end(connection, selection, "ASC"),
        count == 0 ? null : ordered.end(connection, selection, "DESC"));
  }

  /** How many rows are left out for their time alone, though nobody asked for a bound. */
  private long later(Connection connection, ReplaySelection selection) throws SQLException {
    if (createdAt == null || !selection.ids().isEmpty() || selection.to() != null) {
      return 0;
    }
    Where where = criteria(selection);
    where.and(createdAt + " >= ?", String.valueOf(until));
    try (PreparedStatement statement =
            where.prepare(connection, "SELECT COUNT(*) FROM " + table.quoted(), "");
        ResultSet count = statement.executeQuery()) {
      count.next();
      return count.getLong(1);
    }
  }

  /** The keys of the next rows, in order. */
  List<Key> keys(Connection connection, ReplaySelection selection, @Nullable Key after, int atMost)
      throws SQLException {
    Where where = where(selection);
    where.after(after);
    List<Key> keys = new ArrayList<>();
    try (PreparedStatement statement =
            where.prepare(
                connection,
                "SELECT id, %s, COALESCE(LENGTH(payload), 0) FROM %s"
                    .formatted(timeText(), table.quoted()),
                " ORDER BY " + order("ASC") + " LIMIT " + atMost);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        keys.add(new Key(rows.getString(2), rows.getObject(1), rows.getLong(3)));
      }
    }
    return keys;
  }

  /** The rows of these keys in the keys' order, without those that were purged meanwhile. */
  List<OutboxRow> rows(Connection connection, List<Key> keys) throws SQLException {
    Where where = new Where();
    where.in(keys.stream().map(Key::id).toList());
    Map<String, OutboxRow> found = new HashMap<>();
    try (PreparedStatement statement =
            where.prepare(
                connection,
                "SELECT %s FROM %s"
                    .formatted(OutboxColumn.selected(connection, table), table.quoted()),
                "");
        ResultSet rows = statement.executeQuery()) {
      JdbcRowReader reader = new JdbcRowReader(server, table, rows);
      while (rows.next()) {
        OutboxRow row = reader.row();
        found.put(row.id(), row);
      }
    }
    List<OutboxRow> ordered = new ArrayList<>(found.size());
    for (Key key : keys) {
      OutboxRow row = found.get(text(key.id()));
      if (row != null) {
        ordered.add(row);
      }
    }
    return ordered;
  }

  private ReplayReport.@Nullable End end(
      Connection connection, ReplaySelection selection, String direction) throws SQLException {
    try (PreparedStatement statement =
            where(selection)
                .prepare(
                    connection,
                    "SELECT id, %s FROM %s".formatted(timeText(), table.quoted()),
                    " ORDER BY " + order(direction) + " LIMIT 1");
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return null;
      }
      String at = rows.getString(2);
      return new ReplayReport.End(
          text(rows.getObject(1)), at == null || time == null ? null : time.instant(at));
    }
  }

  private String timeText() {
    return createdAt == null
        ? "NULL"
        : "DATE_FORMAT(%s, '%%Y-%%m-%%d %%H:%%i:%%s.%%f')".formatted(createdAt);
  }

  private String order(String direction) {
    return byTime ? "%s %s, id %s".formatted(createdAt, direction, direction) : "id " + direction;
  }

  private Where where(ReplaySelection selection) {
    Where where = criteria(selection);
    if (!selection.ids().isEmpty()) {
      return where; // no end is needed: these rows, whatever their time says
    }
    if (createdAt != null) {
      where.and(createdAt + " < ?", String.valueOf(until));
    } else if (untilId != null) {
      where.and("id <= ?", untilId);
    }
    return where;
  }

  private Where criteria(ReplaySelection selection) {
    Where where = new Where();
    if (!selection.ids().isEmpty()) {
      where.ids(selection.ids());
    }
    where.text(OutboxColumn.AGGREGATEID, selection.key());
    where.text(OutboxColumn.TYPE, selection.type());
    where.text(OutboxColumn.AGGREGATETYPE, selection.topic());
    CreatedAt told = time;
    if (createdAt != null && told != null) {
      Instant from = selection.from();
      if (from != null && from.isAfter(Instant.EPOCH)) {
        where.and(createdAt + " >= ?", told.literal(from));
      }
      Instant to = selection.to();
      if (to != null) {
        where.and(createdAt + " < ?", told.literal(to));
      }
    }
    return where;
  }

  private String text(Object id) {
    return id().text(id);
  }

  private StoredColumn id() {
    return column(OutboxColumn.ID);
  }

  private StoredColumn column(OutboxColumn name) {
    StoredColumn column = columns.get(name);
    if (column == null) {
      throw OperationRefusedException.wrongState(
          "%s has no column %s that can be read as text.".formatted(table, name),
          "README, 'Records', has the types that are read.");
    }
    return column;
  }

  /** Conditions with their values, in order. */
  private final class Where {

    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    void and(String condition, Object... bound) {
      conditions.add(condition);
      Collections.addAll(values, bound);
    }

    /** Exactly this text, whatever the column's collation takes for equal. */
    void text(OutboxColumn name, @Nullable String value) {
      if (value != null) {
        StoredColumn.Condition is = column(name).is(value);
        if (is == null) {
          and("FALSE");
        } else {
          and(is.sql(), is.values().toArray());
        }
      }
    }

    void ids(List<String> ids) {
      in(ids.stream().map(id()::stored).filter(Objects::nonNull).toList());
    }

    void in(List<Object> ids) {
      if (ids.isEmpty()) {
        and("FALSE");
      } else {
        and(
            "id IN (" + String.join(",", Collections.nCopies(ids.size(), "?")) + ")",
            ids.toArray());
      }
    }

    void after(@Nullable Key key) {
      if (key == null) {
        return;
      }
      if (byTime) {
        String at = String.valueOf(key.at());
        and("%s >= ? AND (%s > ? OR id > ?)".formatted(createdAt, createdAt), at, at, key.id());
      } else {
        and("id > ?", key.id());
      }
    }

    PreparedStatement prepare(Connection connection, String select, String end)
        throws SQLException {
      String sql =
          select + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + end;
      PreparedStatement statement = connection.prepareStatement(sql);
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      return statement;
    }
  }
}
