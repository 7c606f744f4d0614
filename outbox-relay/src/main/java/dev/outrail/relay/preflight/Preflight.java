package dev.outrail.relay.preflight;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.purge.PurgeCheck;
import dev.outrail.relay.purge.PurgeSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries out whether MySQL is set up for the relay. Changes nothing there. */
public final class Preflight {

  private static final Logger log = LoggerFactory.getLogger(Preflight.class);

  private static final int ER_ACCESS_DENIED = 1045;
  private static final int ER_SPECIFIC_ACCESS_DENIED = 1227;
  private static final Set<Integer> NO_SUCH_TABLE_OR_NO_RIGHT = Set.of(1142, 1044, 1146, 1049);

  private static final String VARIABLES =
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN
        ('log_bin', 'binlog_format', 'binlog_row_image', 'gtid_mode', 'enforce_gtid_consistency',
         'binlog_expire_logs_seconds', 'server_id', 'version')
      """;

  private static final List<String> REQUIRED_COLUMNS =
      List.of("id", "aggregatetype", "aggregateid", "type", "payload");

  private final MySqlServer server;
  private final List<TableName> tables;
  private final long serverId;
  private final PurgeSettings purge;

  public Preflight(MySqlServer server, List<TableName> tables, long serverId, PurgeSettings purge) {
    this.server = server;
    this.tables = tables;
    this.serverId = serverId;
    this.purge = purge;
  }

  /**
   * Runs all checks.
   *
   * @return everything that is wrong, empty if nothing is
   * @throws TransientException if the server cannot be reached
   */
  public List<Problem> problems() {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      List<Problem> problems = new ArrayList<>();
      checkVariables(variables(statement), problems);
      String account = account(statement);
      checkReplicationRights(statement, account, problems);
      for (TableName table : tables) {
        checkTable(statement, table, account, problems);
      }
      problems.addAll(PurgeCheck.problems(connection, tables, purge, account));
      return problems;
    } catch (SQLException e) {
      if (e.getErrorCode() == ER_ACCESS_DENIED) {
        return List.of(
            new Problem(
                "MySQL at %s refuses the login: %s.".formatted(server, e.getMessage()),
                "Check mysql.user and mysql.password (or mysql.password.file), and that the account exists for this host."));
      }
      throw new TransientException(
          "MySQL at %s cannot be reached (%s). Remedy: check mysql.host, mysql.port, and that the server runs."
              .formatted(server, rootMessage(e)),
          e);
    }
  }

  private void checkVariables(Map<String, String> found, List<Problem> problems) {
    require(
        found,
        "log_bin",
        "ON"::equalsIgnoreCase,
        problems,
        "Start the server with --log-bin (its default since 8.0; look for skip-log-bin or disable-log-bin).");
    require(
        found,
        "binlog_format",
        "ROW"::equalsIgnoreCase,
        problems,
        "SET PERSIST binlog_format = 'ROW'; sessions that are open already keep the old format until they reconnect.");
    require(
        found,
        "binlog_row_image",
        "FULL"::equalsIgnoreCase,
        problems,
        "SET PERSIST binlog_row_image = 'FULL';");
    require(
        found,
        "gtid_mode",
        "ON"::equalsIgnoreCase,
        problems,
        "Switch step by step: SET PERSIST enforce_gtid_consistency = ON; SET PERSIST gtid_mode = OFF_PERMISSIVE; SET PERSIST"
            + " gtid_mode = ON_PERMISSIVE; SET PERSIST gtid_mode = ON;");
    require(
        found,
        "enforce_gtid_consistency",
        "ON"::equalsIgnoreCase,
        problems,
        "SET PERSIST enforce_gtid_consistency = ON;");
    if (Long.toString(serverId).equals(found.get("server_id"))) {
      problems.add(
          new Problem(
              "The relay's id %d is the server's own server_id.".formatted(serverId),
              "Set mysql.server.id to a number that no server of this replication set has."));
    }
    long expire = Long.parseLong(found.getOrDefault("binlog_expire_logs_seconds", "0"));
    if (expire > 0 && expire < 86_400) {
      log.warn(
          "MySQL keeps its binlog for {} s only (binlog_expire_logs_seconds); a relay that is down for longer cannot go on.",
          expire);
    }
  }

  private static void require(
      Map<String, String> found,
      String variable,
      Predicate<String> fits,
      List<Problem> problems,
      String remedy) {
    String value = found.get(variable);
    if (value != null && !fits.test(value)) {
      problems.add(new Problem("MySQL has %s=%s.".formatted(variable, value), remedy));
    }
  }

  private static void checkReplicationRights(
      Statement statement, String account, List<Problem> problems) {
    // SHOW BINARY LOG STATUS replaced SHOW MASTER STATUS in 8.2; a right that lacks is told before
    // the syntax matters
    tryRight(
        statement,
        List.of("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS"),
        "REPLICATION CLIENT",
        account,
        problems);
    tryRight(
        statement,
        List.of("SHOW REPLICAS", "SHOW SLAVE HOSTS"),
        "REPLICATION SLAVE",
        account,
        problems);
  }

  private static void tryRight(
      Statement statement,
      List<String> spellings,
      String right,
      String account,
      List<Problem> problems) {
    for (String sql : spellings) {
      try {
        statement.executeQuery(sql).close();
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() == ER_SPECIFIC_ACCESS_DENIED) {
          problems.add(
              new Problem(
                  "The account %s lacks the right %s.".formatted(account, right),
                  "GRANT %s ON *.* TO %s;".formatted(right, account)));
          return;
        }
        log.debug("{}: {}", sql, e.getMessage());
      }
    }
  }

  private static void checkTable(
      Statement statement, TableName table, String account, List<Problem> problems)
      throws SQLException {
    Map<String, String> types = new HashMap<>();
    try (ResultSet none = statement.executeQuery("SELECT * FROM " + table.quoted() + " LIMIT 0")) {
      for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
        types.put(
            none.getMetaData().getColumnName(i).toLowerCase(Locale.ROOT),
            none.getMetaData().getColumnTypeName(i));
      }
    } catch (SQLException e) {
      if (!NO_SUCH_TABLE_OR_NO_RIGHT.contains(e.getErrorCode())) {
        throw e;
      }
      problems.add(
          new Problem(
              "The outbox table %s cannot be read: %s.".formatted(table, e.getMessage()),
              "If it exists: GRANT SELECT ON %s TO %s; else create it (messaging.sql), or correct outbox.schemas and outbox.table."
                  .formatted(table.quoted(), account)));
      return;
    }
    Set<String> missing = new HashSet<>(REQUIRED_COLUMNS);
    missing.removeAll(types.keySet());
    if (!missing.isEmpty()) {
      problems.add(
          new Problem(
              "The table %s lacks the column(s) %s."
                  .formatted(table, String.join(", ", missing.stream().sorted().toList())),
              "It is not an outbox table as the relay knows it; see messaging.sql for one, or correct outbox.table."));
    }
    if ("JSON".equalsIgnoreCase(types.get("payload"))) {
      log.warn(
          "{}.payload is a JSON column: MySQL re-orders its keys, so the record's value is not what the writer wrote. A BLOB or"
              + " TEXT column is passed on byte for byte.",
          table);
    }
  }

  private static String account(Statement statement) throws SQLException {
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

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
