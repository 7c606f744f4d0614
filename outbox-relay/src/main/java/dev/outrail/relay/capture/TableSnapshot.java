package dev.outrail.relay.capture;

import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 *   <li>Two more connections open a consistent view each, and one reads {@code gtid_executed}. No
 *       outbox row can commit in between; other tables do not matter.
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

  private final MySqlServer server;

  /** Rows that are looked up at once, and about how many bytes of payload. */
  private static final int CHUNK_ROWS = 500;

  private static final long CHUNK_BYTES = 4 << 20;

  private record Key(Object id, long bytes) {}

  private final Connection view;
  private final Connection sameView;
  private final String position;
  private final List<TableName> tables;

  private TableSnapshot(
      MySqlServer server,
      Connection view,
      Connection sameView,
      String position,
      List<TableName> tables) {
    this.sameView = sameView;
    this.server = server;
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
      Connection sameView = null;
      try {
        sameView = server.connectPatiently();
        String position = open(view);
        open(sameView);
        try (Statement unlock = locker.createStatement()) {
          unlock.execute("UNLOCK TABLES");
        }
        return new TableSnapshot(server, view, sameView, position, tables);
      } catch (SQLException e) {
        view.close();
        if (sameView != null) {
          sameView.close();
        }
        throw e;
      }
    } catch (SQLException e) {
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
    }
  }

  private static String open(Connection view) throws SQLException {
    try (Statement statement = view.createStatement()) {
      statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
      return executed(statement);
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
   * table does not tell the order of commits; this is the nearest to it. Where ids are UUIDv7 and
   * no index begins with {@code created_at}, by id, which is that order, too.
   *
   * @return how many there were
   * @throws RefusedException if the server has no room to sort the keys of a table without such an
   *     index
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
    for (Connection each : List.of(view, sameView)) {
      try {
        each.close();
      } catch (SQLException e) {
        log.debug("Closing the snapshot's connection: {}", e.toString());
      }
    }
  }

  private long read(TableName table, Consumer<OutboxRow> consumer) {
    try {
      SnapshotQuery query = SnapshotQuery.of(view, table);
      return query.byKeys()
          ? readByKeys(table, query, consumer)
          : readAlong(table, query, consumer);
    } catch (SQLException e) {
      Problem sorting = Sorting.problem(e, table);
      if (sorting != null) {
        throw new RefusedException(List.of(sorting));
      }
      throw new TransientException("Reading " + table + ": " + e.getMessage(), e);
    }
  }

  private long readAlong(TableName table, SnapshotQuery query, Consumer<OutboxRow> consumer)
      throws SQLException {
    try (Statement statement = streaming(view);
        ResultSet rows =
            statement.executeQuery(query.sql(OutboxColumn.selected(view, table), table))) {
      JdbcRowReader reader = new JdbcRowReader(server, table, rows);
      long count = 0;
      while (rows.next()) {
        consumer.accept(reader.row());
        count++;
      }
      return count;
    }
  }

  /** One view streams the keys, the other one is asked for their rows. */
  private long readByKeys(TableName table, SnapshotQuery query, Consumer<OutboxRow> consumer)
      throws SQLException {
    try (Statement statement = streaming(sameView);
        ResultSet keys =
            statement.executeQuery(query.sql("id, COALESCE(LENGTH(payload), 0)", table))) {
      long count = 0;
      List<Key> chunk = new ArrayList<>();
      long bytes = 0;
      while (keys.next()) {
        Key key = new Key(keys.getObject(1), keys.getLong(2));
        if (chunk.size() == CHUNK_ROWS || (bytes + key.bytes() > CHUNK_BYTES && bytes > 0)) {
          count += readRows(table, chunk, consumer);
          chunk.clear();
          bytes = 0;
        }
        chunk.add(key);
        bytes += key.bytes();
      }
      return count + readRows(table, chunk, consumer);
    }
  }

  private long readRows(TableName table, List<Key> keys, Consumer<OutboxRow> consumer)
      throws SQLException {
    if (keys.isEmpty()) {
      return 0;
    }
    String sql =
        "SELECT %s FROM %s WHERE id IN (%s)"
            .formatted(
                OutboxColumn.selected(view, table),
                table.quoted(),
                String.join(",", Collections.nCopies(keys.size(), "?")));
    Map<Object, Deque<OutboxRow>> found = new HashMap<>();
    try (PreparedStatement statement = view.prepareStatement(sql)) {
      for (int i = 0; i < keys.size(); i++) {
        statement.setObject(i + 1, keys.get(i).id());
      }
      try (ResultSet rows = statement.executeQuery()) {
        JdbcRowReader reader = new JdbcRowReader(server, table, rows);
        while (rows.next()) {
          found
              .computeIfAbsent(comparable(rows.getObject("id")), id -> new ArrayDeque<>())
              .add(reader.row());
        }
      }
    }
    for (Key key : keys) {
      Deque<OutboxRow> rows = found.get(comparable(key.id()));
      if (rows == null || rows.isEmpty()) {
        throw new SQLException("A row of the snapshot is not found by its id: " + key.id());
      }
      consumer.accept(rows.remove());
    }
    return keys.size();
  }

  private static Object comparable(Object id) {
    return id instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : id;
  }

  /** Row by row; the driver would gather all otherwise. */
  private static Statement streaming(Connection connection) throws SQLException {
    Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    statement.setFetchSize(Integer.MIN_VALUE);
    return statement;
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
