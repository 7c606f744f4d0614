package dev.outrail.relay.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tables of the binlog are outbox tables. {@code Outbox} beside {@code outbox} is another
 * table, unless the server says that case makes no difference ({@code lower_case_table_names}).
 */
final class OutboxNames {

  private final List<TableName> tables;
  private final boolean caseMatters;

  OutboxNames(List<TableName> tables, boolean caseMatters) {
    this.tables = tables;
    this.caseMatters = caseMatters;
  }

  /** Whether a database has one. */
  boolean haveSchema(String database) {
    return tables.stream()
        .map(TableName::schema)
        .anyMatch(
            schema -> caseMatters ? schema.equals(database) : schema.equalsIgnoreCase(database));
  }

  boolean contains(String database, String table) {
    return find(database, table) != null;
  }

  /** The table as it is configured. */
  @Nullable TableName find(String database, String table) {
    for (TableName outbox : tables) {
      if (caseMatters
          ? outbox.table().equals(table) && outbox.schema().equals(database)
          : outbox.table().equalsIgnoreCase(table) && outbox.schema().equalsIgnoreCase(database)) {
        return outbox;
      }
    }
    return null;
  }

  List<TableName> tables() {
    return tables;
  }

  boolean caseMatters() {
    return caseMatters;
  }
}
