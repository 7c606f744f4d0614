package dev.outrail.relay.capture;

import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that are in the outbox tables at one exact point of the binlog.
 *
 * <p>How view and position are made to fit:
 *
 * <ol>
 *   <li>{@code LOCK TABLES … READ} on all outbox tables waits until no transaction that wrote to
 *       one is open. A writer keeps its metadata lock until its GTID is in {@code gtid_executed},
 *       so what is committed is in both.
 *   <li>A second connection opens a consistent view and reads {@code gtid_executed}. No outbox row
 *       can commit between the two; other tables do not matter.
 *   <li>{@code UNLOCK TABLES}. The lock is held for milliseconds.
 * </ol>
 *
 * While it waits in step 1, new writers wait behind it. It gives up after a second, lets them pass,
 * and tries again, so no writer waits longer than that because of the relay.
 */
public final class TableSnapshot implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TableSnapshot.class);

  private static final int ER_LOCK_WAIT_TIMEOUT = 1205;
  private static final int ER_DBACCESS_DENIED = 1044;
  private static final int ER_TABLEACCESS_DENIED = 1142;
  private static final int LOCK_ATTEMPTS = 60;

  private final Connection view;
  private final String position;
  private final List<TableName> tables;

  private TableSnapshot(Connection view, String position, List<TableName> tables) {
    this.view = view;
    this.position = position;
    this.tables = tables;
  }

  /**
   * Opens the view.
   *
   * @throws RefusedException if the right to lock is missing
   * @throws TransientException if the server is not reachable, or writers held the tables all the
   *     time
   */
  public static TableSnapshot open(MySqlServer server, List<TableName> tables)
      throws InterruptedException {
    try (Connection locker = server.connect()) {
      lock(locker, tables);
      Connection view = server.connectPatiently();
      try (Statement statement = view.createStatement()) {
        statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        String position = executed(statement);
        try (Statement unlock = locker.createStatement()) {
          unlock.execute("UNLOCK TABLES");
        }
        return new TableSnapshot(view, position, tables);
      } catch (SQLException e) {
        view.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
    }
  }

  /** All transactions that have been executed so far; empty on a server that has none yet. */
  public static String executed(MySqlServer server) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return executed(statement);
    } catch (SQLException e) {
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
    }
  }

  /**
   * The GTID set that the rows belong to: a row is in the view if and only if its transaction is in
   * here.
   */
  public String position() {
    return position;
  }

  /**
   * Reads the rows, oldest first: by {@code created_at} and id where there is such a column. The
   * table does not tell the order of commits; this is the nearest to it.
   *
   * @return how many there were
   */
  public long read(Consumer<OutboxRow> consumer) {
    long count = 0;
    for (TableName table : tables) {
      count += read(table, consumer);
    }
    return count;
  }

  @Override
  public void close() {
    try {
      view.close();
    } catch (SQLException e) {
      log.debug("Closing the snapshot's connection: {}", e.toString());
    }
  }

  private long read(TableName table, Consumer<OutboxRow> consumer) {
    try (Statement statement =
        view.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      statement.setFetchSize(
          Integer.MIN_VALUE); // row by row; the driver would gather all otherwise
      String order = hasCreatedAt(table) ? "created_at, id" : "id";
      long count = 0;
      try (ResultSet rows =
          statement.executeQuery("SELECT * FROM " + table.quoted() + " ORDER BY " + order)) {
        JdbcRowReader reader = new JdbcRowReader(table, rows);
        while (rows.next()) {
          consumer.accept(reader.row());
          count++;
        }
      }
      return count;
    } catch (SQLException e) {
      throw new TransientException("Reading " + table + ": " + e.getMessage(), e);
    }
  }

  private boolean hasCreatedAt(TableName table) throws SQLException {
    try (Statement statement = view.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + table.quoted() + " LIMIT 0")) {
      return new JdbcRowReader(table, none).has("created_at");
    }
  }

  private static void lock(Connection locker, List<TableName> tables)
      throws SQLException, InterruptedException {
    String sql =
        tables.stream()
            .map(table -> table.quoted() + " READ")
            .collect(Collectors.joining(", ", "LOCK TABLES ", ""));
    try (Statement statement = locker.createStatement()) {
      statement.execute("SET SESSION lock_wait_timeout = 1");
      for (int attempt = 1; ; attempt++) {
        try {
          statement.execute(sql);
          return;
        } catch (SQLException e) {
          if (e.getErrorCode() == ER_DBACCESS_DENIED || e.getErrorCode() == ER_TABLEACCESS_DENIED) {
            throw missingGrant(statement, tables, e);
          }
          if (e.getErrorCode() != ER_LOCK_WAIT_TIMEOUT || attempt == LOCK_ATTEMPTS) {
            throw e;
          }
          log.info(
              "Waiting for open transactions on the outbox tables before the first start (attempt {})",
              attempt);
          Thread.sleep(ThreadLocalRandom.current().nextLong(500, 1500));
        }
      }
    }
  }

  private static RefusedException missingGrant(
      Statement statement, List<TableName> tables, SQLException cause) throws SQLException {
    String user;
    try (ResultSet result = statement.executeQuery("SELECT CURRENT_USER()")) {
      result.next();
      String account = result.getString(1);
      int at = account.lastIndexOf('@');
      user = "'" + account.substring(0, at) + "'@'" + account.substring(at + 1) + "'";
    }
    List<Problem> problems = new ArrayList<>();
    tables.stream()
        .map(TableName::schema)
        .distinct()
        .forEach(
            schema ->
                problems.add(
                    new Problem(
                        "The first start with from=beginning needs the right to lock the outbox table of "
                            + schema
                            + " for a moment ("
                            + cause.getMessage()
                            + ").",
                        "GRANT LOCK TABLES ON `%s`.* TO %s; (it may be revoked after the first start), or set from=now."
                            .formatted(schema, user))));
    return new RefusedException(problems);
  }

  private static String executed(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return GtidSets.normalise(result.getString(1));
    }
  }
}
