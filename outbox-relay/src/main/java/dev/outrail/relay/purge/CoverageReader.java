package dev.outrail.relay.purge;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.problem.TransientException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says since when outbox tables are read, by the server's clock and its settings. */
public final class CoverageReader {

  private static final int ER_PARSE = 1064;

  private static final String NOW =
      "SELECT CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) * 1000000 AS SIGNED)";

  /** The latter up to 8.1. */
  private static final List<String> BINLOG_STATUS =
      List.of("SHOW BINARY LOG STATUS", "SHOW MASTER STATUS");

  private final MySqlServer server;
  private final List<TableName> tables;

  public CoverageReader(MySqlServer server, List<TableName> tables) {
    this.server = server;
    this.tables = tables;
  }

  /**
   * The server's time. A transaction that is executed by now wrote its rows before.
   *
   * @throws TransientException if the server does not answer
   */
  public Instant now() {
    try (Connection connection = server.connect()) {
      return now(connection);
    } catch (SQLException e) {
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
    }
  }

  /**
   * What is covered by a reading that goes on from a position: what was before, and from now on the
   * tables that are new to it or could not be read. To be asked once that position stands, so that
   * all its transactions are older.
   *
   * <p>A database that the server keeps out of its binlog is not read at all, and what was written
   * to it until this ends is never published by itself.
   *
   * @param before of the same position
   * @throws TransientException if the server does not answer
   */
  public Coverage goingOn(Coverage before) {
    try (Connection connection = server.connect()) {
      Map<String, String> status = binlogStatus(connection);
      Instant now = now(connection);
      return Coverage.of(
          tables,
          table -> {
            Instant since = before.since(table);
            if (!isLogged(
                table.schema(),
                status.getOrDefault("binlog_do_db", ""),
                status.getOrDefault("binlog_ignore_db", ""))) {
              return Coverage.NOTHING;
            }
            return since.equals(Coverage.NOTHING) ? now : since;
          });
    } catch (SQLException e) {
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
    }
  }

  /** In doubt, about upper and lower case, it is not. */
  static boolean isLogged(String schema, String onlyThese, String notThese) {
    Set<String> only = names(onlyThese).collect(Collectors.toSet());
    return only.isEmpty()
        ? names(notThese).noneMatch(schema::equalsIgnoreCase)
        : only.contains(schema);
  }

  private static Stream<String> names(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(name -> !name.isEmpty());
  }

  private static Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(NOW)) {
      result.next();
      return Instant.EPOCH.plus(result.getLong(1), ChronoUnit.MICROS);
    }
  }

  private static Map<String, String> binlogStatus(Connection connection) throws SQLException {
    Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String sql : BINLOG_STATUS) {
      try (Statement statement = connection.createStatement();
          ResultSet status = statement.executeQuery(sql)) {
        while (status.next()) {
          for (int i = 1; i <= status.getMetaData().getColumnCount(); i++) {
            found.put(status.getMetaData().getColumnLabel(i), String.valueOf(status.getString(i)));
          }
        }
        return found;
      } catch (SQLException e) {
        if (e.getErrorCode() != ER_PARSE) {
          throw e;
        }
      }
    }
    return found;
  }
}
