package dev.outrail.relay.check;

import dev.outrail.relay.capture.OutboxColumn;
import dev.outrail.relay.capture.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a MySQL server says of itself; judged by {@link MySqlChecks}.
 *
 * @param account as it stands in a GRANT statement
 * @param variables global ones by name, in lower case; those that the server does not know are
 *     missing
 * @param binlogStatus the line of {@code SHOW BINARY LOG STATUS}
 * @param replicas the lines of {@code SHOW REPLICAS}
 * @param sources the lines of {@code SHOW REPLICA STATUS}: none on a server that is no replica
 */
record MySqlFacts(
    String account,
    Map<String, String> variables,
    Answer binlogStatus,
    Answer replicas,
    Answer sources,
    List<TableFacts> tables) {

  private static final Logger log = LoggerFactory.getLogger(MySqlFacts.class);

  private static final int ER_SPECIFIC_ACCESS_DENIED = 1227;
  private static final Set<Integer> NO_SUCH_TABLE_OR_NO_RIGHT = Set.of(1142, 1044, 1146, 1049);

  private static final String VARIABLES =
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN
        ('version', 'server_id', 'log_bin', 'binlog_format', 'binlog_row_image', 'binlog_row_metadata',
         'gtid_mode', 'enforce_gtid_consistency', 'binlog_expire_logs_seconds', 'sync_binlog',
         'innodb_flush_log_at_trx_commit', 'log_replica_updates', 'log_slave_updates')
      """;

  /** Where case makes no difference to the server, it makes none here, either. */
  private static final String STORED =
      "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";

  // Each has a newer spelling, which the older of the supported servers do not know
  private static final List<String> BINLOG_STATUS =
      List.of("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS");
  private static final List<String> REPLICAS = List.of("SHOW REPLICAS", "SHOW SLAVE HOSTS");
  private static final List<String> SOURCES = List.of("SHOW REPLICA STATUS", "SHOW SLAVE STATUS");

  /**
   * Lines of a SHOW statement, by column names in lower case.
   *
   * @param denied the account lacks the right to ask
   */
  record Answer(List<Map<String, String>> lines, boolean denied) {

    static final Answer NONE = new Answer(List.of(), false);
  }

  /**
   * An outbox table.
   *
   * @param columns types by names in lower case
   * @param unreadable what MySQL says if it cannot be read; else null
   * @param stored how the server spells its name; null if that is not known
   */
  record TableFacts(
      TableName name,
      Map<String, String> columns,
      @Nullable String unreadable,
      @Nullable TableName stored) {}

  static MySqlFacts ask(Connection connection, List<TableName> tables) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<TableFacts> found = new ArrayList<>();
      for (TableName table : tables) {
        found.add(table(statement, table));
      }
      return new MySqlFacts(
          account(statement),
          variables(statement),
          answer(statement, BINLOG_STATUS),
          answer(statement, REPLICAS),
          answer(statement, SOURCES),
          found);
    }
  }

  String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  private static Answer answer(Statement statement, List<String> spellings) {
    for (String sql : spellings) {
      try (ResultSet rows = statement.executeQuery(sql)) {
        return new Answer(lines(rows), false);
      } catch (SQLException e) {
        if (e.getErrorCode() == ER_SPECIFIC_ACCESS_DENIED) {
          return new Answer(List.of(), true);
        }
        log.debug("{}: {}", sql, e.getMessage());
      }
    }
    return Answer.NONE;
  }

  private static List<Map<String, String>> lines(ResultSet rows) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<Map<String, String>> lines = new ArrayList<>();
    while (rows.next()) {
      Map<String, String> line = new LinkedHashMap<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        String value = rows.getString(i);
        line.put(meta.getColumnLabel(i).toLowerCase(Locale.ROOT), value == null ? "" : value);
      }
      lines.add(line);
    }
    return lines;
  }

  private static TableFacts table(Statement statement, TableName table) throws SQLException {
    try (ResultSet none = statement.executeQuery("SELECT 1 FROM " + table.quoted() + " LIMIT 0")) {
      Connection connection = statement.getConnection();
      return new TableFacts(
          table, OutboxColumn.types(connection, table), null, stored(connection, table));
    } catch (SQLException e) {
      if (!NO_SUCH_TABLE_OR_NO_RIGHT.contains(e.getErrorCode())) {
        throw e;
      }
      return new TableFacts(table, Map.of(), String.valueOf(e.getMessage()), null);
    }
  }

  private static @Nullable TableName stored(Connection connection, TableName table)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(STORED)) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet names = select.executeQuery()) {
        TableName found = null;
        while (names.next() && !table.equals(found)) { // a namesake may stand beside it
          found = new TableName(names.getString(1), names.getString(2));
        }
        return found;
      }
    }
  }

  static String account(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT CURRENT_USER()")) {
      result.next();
      String account = result.getString(1);
      int at = account.lastIndexOf('@');
      return "'" + account.substring(0, at) + "'@'" + account.substring(at + 1) + "'";
    }
  }

  private static Map<String, String> variables(Statement statement) throws SQLException {
    Map<String, String> found = new TreeMap<>();
    try (ResultSet rows = statement.executeQuery(VARIABLES)) {
      while (rows.next()) {
        found.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
      }
    }
    return found;
  }
}
