package dev.outrail.relay.capture;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a column has the values that records, the quarantine and operators name as text: what to
 * compare it with in SQL, and what a result of it is called. Not thread-safe.
 */
public final class StoredColumn {

  /**
   * A condition in SQL.
   *
   * @param values of its parameters
   */
  public record Condition(String sql, List<Object> values) {}

  private final OutboxColumn column;
  private final ValueRule rule;

  private StoredColumn(OutboxColumn column, ValueRule rule) {
    this.column = column;
    this.rule = rule;
  }

  /**
   * Those that the table has of the columns that are read as text, without those of a type that is
   * refused.
   */
  public static Map<OutboxColumn, StoredColumn> of(Connection connection, TableName table)
      throws SQLException {
    Map<OutboxColumn, StoredColumn> found = new EnumMap<>(OutboxColumn.class);
    try (Statement statement = connection.createStatement();
        ResultSet none =
            statement.executeQuery(
                "SELECT %s FROM %s LIMIT 0"
                    .formatted(OutboxColumn.selected(connection, table), table.quoted()))) {
      ResultSetMetaData columns = none.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        OutboxColumn column = OutboxColumn.of(columns.getColumnName(i));
        ValueRule rule =
            column == null || !column.isText() ? null : column.rule(ColumnType.of(columns, i));
        if (column != null && rule != null) {
          found.put(column, new StoredColumn(column, rule));
        }
      }
    }
    return found;
  }

  /**
   * What to compare the column with, as a parameter of a statement.
   *
   * @return null if no value has that name
   */
  public @Nullable Object stored(String text) {
    return rule.stored(text);
  }

  /** What a value is called that {@link ResultSet#getObject(int)} has given. */
  public String text(Object stored) {
    byte[] sent =
        stored instanceof byte[] bytes ? bytes : stored.toString().getBytes(StandardCharsets.UTF_8);
    return rule.text(rule.ofSelected(sent));
  }

  /** The column as text, in SQL, to be shown. */
  public String shownInSql() {
    return rule.textInSql(column.toString());
  }

  /**
   * The condition that a column has exactly this value, whatever a collation takes for equal.
   *
   * @return null if no value has that name
   */
  public @Nullable Condition is(String text) {
    Object stored = rule.stored(text);
    String name = column.toString();
    if (stored == null) {
      return null;
    }
    return rule.isCollated()
        ? new Condition(
            "%s = ? AND %s = ? COLLATE utf8mb4_0900_bin".formatted(name, name),
            List.of(stored, stored))
        : new Condition(name + " = ?", List.of(stored));
  }

  /** Whether the column has UUIDs in 16 bytes. */
  public boolean isBinaryUuid() {
    return rule instanceof ValueRule.Uuid;
  }
}
