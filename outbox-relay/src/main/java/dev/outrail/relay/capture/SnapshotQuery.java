package dev.outrail.relay.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a whole outbox table is read in order without having the server sort payloads: along an index
 * that has that order, or by keys that are sorted alone.
 *
 * @param hint a FORCE INDEX clause, or empty
 * @param order of what
 * @param byKeys whether the rows have to be looked up by sorted keys
 */
record SnapshotQuery(String hint, String order, boolean byKeys) {

  private static final String COLUMN =
      """
      SELECT COUNT(*) FROM information_schema.columns
      WHERE table_schema = ? AND table_name = ? AND LOWER(column_name) = 'created_at'
      """;

  private static final String INDEXES =
      """
      SELECT LOWER(column_name), index_name FROM information_schema.statistics
      WHERE table_schema = ? AND table_name = ? AND seq_in_index = 1
        AND is_visible = 'YES' AND sub_part IS NULL
      ORDER BY index_name = 'PRIMARY', non_unique DESC
      """;

  /** Of the first and last ids; those of another version are not there in the order of time. */
  private static final String NOT_VERSION_7 =
      """
      SELECT COUNT(*) FROM (
        (SELECT id FROM %1$s ORDER BY id LIMIT 100) UNION ALL
        (SELECT id FROM %1$s ORDER BY id DESC LIMIT 100)) AS ends
      WHERE CASE LENGTH(id)
        WHEN 16 THEN SUBSTRING(HEX(id), 13, 1) WHEN 36 THEN SUBSTRING(id, 15, 1) ELSE '' END <> '7'
      """;

  static SnapshotQuery of(Connection connection, TableName table) throws SQLException {
    Map<String, String> leading = leading(connection, table);
    String byTime = leading.get("created_at");
    String byId = leading.get("id");
    boolean timed = hasCreatedAt(connection, table);
    if (byTime != null) {
      boolean keyIsId = "PRIMARY".equals(byId); // which each index entry ends with
      return along(byTime, keyIsId ? "created_at, id" : "created_at");
    }
    if (byId == null) {
      return new SnapshotQuery("", timed ? "created_at, id" : "id", false);
    }
    return !timed || onlyVersion7(connection, table)
        ? along(byId, "id")
        : new SnapshotQuery("", "created_at, id", true);
  }

  /** All rows, or their keys. */
  String sql(String columns, TableName table) {
    return "SELECT %s FROM %s%s ORDER BY %s".formatted(columns, table.quoted(), hint, order);
  }

  private static SnapshotQuery along(String index, String order) {
    return new SnapshotQuery(
        " FORCE INDEX (`%s`)".formatted(index.replace("`", "``")), order, false);
  }

  private static boolean onlyVersion7(Connection connection, TableName table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery(NOT_VERSION_7.formatted(table.quoted()))) {
      count.next();
      return count.getLong(1) == 0;
    }
  }

  private static boolean hasCreatedAt(Connection connection, TableName table) throws SQLException {
    try (PreparedStatement statement = prepare(connection, COLUMN, table);
        ResultSet count = statement.executeQuery()) {
      count.next();
      return count.getLong(1) > 0;
    }
  }

  /** By column, the index that it leads; the best of them. */
  private static Map<String, @Nullable String> leading(Connection connection, TableName table)
      throws SQLException {
    Map<String, @Nullable String> found = new HashMap<>();
    try (PreparedStatement statement = prepare(connection, INDEXES, table);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getString(1), rows.getString(2));
      }
    }
    return found;
  }

  private static PreparedStatement prepare(Connection connection, String sql, TableName table)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setString(1, table.schema());
    statement.setString(2, table.table());
    return statement;
  }
}
