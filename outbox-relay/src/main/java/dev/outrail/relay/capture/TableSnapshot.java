package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
      Connection view = server.connect();
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
        Map<String, Integer> columns = columns(rows.getMetaData());
        while (rows.next()) {
          consumer.accept(row(table, rows, columns));
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
      return columns(none.getMetaData()).containsKey("created_at");
    }
  }

  private static OutboxRow row(TableName table, ResultSet rows, Map<String, Integer> columns)
      throws SQLException {
    String id = text(rows, columns.get("id"));
    String aggregateType = text(rows, columns.get("aggregatetype"));
    String aggregateId = text(rows, columns.get("aggregateid"));
    String type = text(rows, columns.get("type"));
    if (id == null || aggregateType == null || aggregateId == null || type == null) {
      throw new HaltException(
          "A row of %s (id %s) lacks id, aggregatetype, aggregateid or type.".formatted(table, id),
          "Complete or remove the row, then start the relay again.");
    }
    Integer payload = columns.get("payload");
    return new OutboxRow(
        table.schema(),
        id,
        aggregateType,
        aggregateId,
        type,
        payload(rows, payload),
        text(rows, columns.get("content_type")),
        text(rows, columns.get("traceparent")),
        text(rows, columns.get("tracestate")),
        instant(rows, columns.get("created_at")));
  }

  private static byte @Nullable [] payload(ResultSet rows, @Nullable Integer column)
      throws SQLException {
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

  private static @Nullable String text(ResultSet rows, @Nullable Integer column)
      throws SQLException {
    if (column == null) {
      return null;
    }
    Object value = rows.getObject(column);
    if (value instanceof byte[] bytes && bytes.length == 16) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new UUID(buffer.getLong(), buffer.getLong()).toString();
    }
    if (value == null) {
      return null;
    }
    return value instanceof byte[] ? rows.getString(column) : value.toString();
  }

  private static @Nullable Instant instant(ResultSet rows, @Nullable Integer column)
      throws SQLException {
    Object value = column == null ? null : rows.getObject(column);
    if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    }
    return value instanceof LocalDateTime dateTime ? dateTime.toInstant(ZoneOffset.UTC) : null;
  }

  private static Map<String, Integer> columns(ResultSetMetaData metaData) throws SQLException {
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      columns.put(metaData.getColumnName(i).toLowerCase(Locale.ROOT), i);
    }
    return columns;
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
