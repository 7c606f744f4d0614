package dev.outrail.relay.ops;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Fatal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far behind MySQL the relay is, asked of MySQL itself: transactions that it has executed
 * beyond the position, and outbox rows behind the last published one. Asks only when somebody wants
 * to know, at most every few seconds, and on a thread of its own, so that neither a status page nor
 * a scrape ever waits for a server that hangs. Thread-safe.
 */
public final class LagProbe implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LagProbe.class);

  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration STALE = Duration.ofSeconds(30);

  /** Counting stops here; such a lag is told by its size, not its last digit. */
  static final long MOST_EVENTS = 1_000_000;

  private static final String EXECUTED = "SELECT @@GLOBAL.gtid_executed";
  private static final String BINLOG_KEPT = "SELECT @@GLOBAL.binlog_expire_logs_seconds";
  private static final String BEYOND = "SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, ?)";

  /**
   * What was found.
   *
   * @param executed the server's executed GTID set
   * @param transactions executed by the server and not in the position, of whatever tables; null
   *     before there is a position
   * @param events rows whose UUIDv7 is above the last published one's; null if that is not known or
   *     no UUIDv7. About: ids are made before their transaction commits
   * @param binlogKept how long the server keeps its binlog; null if it never deletes it by age
   */
  public record Lag(
      String executed,
      @Nullable Long transactions,
      @Nullable Long events,
      @Nullable Duration binlogKept,
      Instant at) {}

  private final Supplier<MySqlServer> server;
  private final List<TableName> tables;
  private final RelayStatus status;
  private final RelayFacts facts;
  private final InstantSource clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "lag");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable Lag latest;
  private @Nullable Future<?> asking;

  /**
   * @param server asked for each connection, so that a rotated password is taken
   */
  public LagProbe(
      Supplier<MySqlServer> server,
      List<TableName> tables,
      RelayStatus status,
      RelayFacts facts,
      InstantSource clock) {
    this.server = server;
    this.tables = List.copyOf(tables);
    this.status = status;
    this.facts = facts;
    this.clock = clock;
  }

  /** What was found last, if that is not too long ago; has it looked at again. Never waits. */
  public @Nullable Lag latest() {
    Future<?> unused = askIfDue(); // whoever asks next sees what it finds
    Lag last = latest;
    return last == null || age(last).compareTo(STALE) >= 0 ? null : last;
  }

  /** As {@link #latest()}, but waits a moment for the answer that is on its way. */
  @Nullable Lag await(Duration atMost) {
    Future<?> asked = askIfDue();
    if (asked != null) {
      try {
        asked.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (TimeoutException | ExecutionException e) {
        log.debug("No answer yet: {}", e.toString());
      }
    }
    return latest();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private synchronized @Nullable Future<?> askIfDue() {
    Lag last = latest;
    if ((last == null || age(last).compareTo(FRESH) >= 0) && (asking == null || asking.isDone())) {
      asking = thread.submit(Fatal.guarded(this::ask));
    }
    return asking;
  }

  private Duration age(Lag lag) {
    return Duration.between(lag.at(), clock.instant());
  }

  private void ask() {
    try (Connection connection = server.get().connect()) {
      connection.setNetworkTimeout(Runnable::run, 10_000);
      String position = status.look().gtids();
      latest =
          new Lag(
              executed(connection),
              position.isEmpty() ? null : beyond(connection, position),
              events(connection, facts.look().lastPublishedId()),
              binlogKept(connection),
              clock.instant());
    } catch (SQLException | RuntimeException e) {
      log.debug("How far behind MySQL the relay is cannot be asked: {}", e.toString());
    }
  }

  private static String executed(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(EXECUTED)) {
      result.next();
      return result.getString(1).replace("\n", "");
    }
  }

  private static @Nullable Duration binlogKept(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(BINLOG_KEPT)) {
      result.next();
      long seconds = result.getLong(1);
      return seconds == 0 ? null : Duration.ofSeconds(seconds);
    }
  }

  private static long beyond(Connection connection, String position) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BEYOND)) {
      statement.setString(1, position);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return GtidSets.count(result.getString(1));
      }
    }
  }

  private @Nullable Long events(Connection connection, @Nullable String lastId)
      throws SQLException {
    if (lastId == null || lastId.length() != 36 || lastId.charAt(14) != '7') {
      return null;
    }
    long count = 0;
    for (TableName table : tables) {
      if (hasBinaryIds(connection, table)) {
        return null;
      }
      try (PreparedStatement statement =
          connection.prepareStatement(
              "SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE id > ? LIMIT %d) behind"
                  .formatted(table.quoted(), MOST_EVENTS))) {
        statement.setString(1, lastId);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          count += result.getLong(1);
        }
      }
    }
    return Math.min(count, MOST_EVENTS);
  }

  private static boolean hasBinaryIds(Connection connection, TableName table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none =
            statement.executeQuery("SELECT id FROM %s LIMIT 0".formatted(table.quoted()))) {
      return none.getMetaData().getColumnType(1) == Types.BINARY;
    }
  }
}
