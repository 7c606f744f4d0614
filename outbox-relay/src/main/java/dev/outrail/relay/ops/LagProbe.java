package dev.outrail.relay.ops;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Fatal;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far behind MySQL the relay is, asked of MySQL itself: transactions that it has executed
 * beyond the position, outbox rows behind the last published one, and, while there is no position
 * yet, the oldest row of all. Asks only when somebody wants to know, at most every few seconds, and
 * on a thread of its own, so that neither a status page nor a scrape ever waits for a server that
 * hangs. Thread-safe.
 */
public final class LagProbe implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LagProbe.class);

  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration STALE = Duration.ofSeconds(30);

  /** Counting stops here; such a lag is told by its size, not its last digit. */
  static final long MOST_EVENTS = 1_000_000;

  private static final String EXECUTED = "SELECT @@GLOBAL.gtid_executed";
  private static final String BINLOG_KEPT = "SELECT @@GLOBAL.binlog_expire_logs_seconds";
  private static final String OLDEST =
      "SELECT /*+ MAX_EXECUTION_TIME(2000) */ UNIX_TIMESTAMP(MIN(created_at)) FROM ";
  private static final String SOME_IDS =
      "(SELECT id FROM %1$s ORDER BY id LIMIT 100) UNION (SELECT id FROM %1$s ORDER BY id DESC LIMIT 100)";

  /** Lower case only: another order of digits and letters would be no order in time. */
  private static final Pattern UUID_V7 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private static final String BEYOND = "SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, ?)";

  /**
   * What was found.
   *
   * @param executed the server's executed GTID set
   * @param transactions executed by the server and not in the position, of whatever tables; null
   *     before there is a position
   * @param events rows whose UUIDv7 is above the last published one's; null if that is not known,
   *     or if not all tables have UUIDv7. About: ids are made before their transaction commits
   * @param oldest when the oldest row was created, while there is no position and all rows are to
   *     be published; else null, and null if it takes too long to find
   * @param binlogKept how long the server keeps its binlog; null if it never deletes it by age
   */
  public record Lag(
      String executed,
      @Nullable Long transactions,
      @Nullable Long events,
      @Nullable Instant oldest,
      @Nullable Duration binlogKept,
      Instant at) {}

  private final Supplier<MySqlServer> server;
  private final List<TableName> tables;
  private final boolean fromBeginning;
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
   * @param fromBeginning whether a first start publishes the rows that it finds
   */
  public LagProbe(
      Supplier<MySqlServer> server,
      List<TableName> tables,
      boolean fromBeginning,
      RelayStatus status,
      RelayFacts facts,
      InstantSource clock) {
    this.server = server;
    this.tables = List.copyOf(tables);
    this.fromBeginning = fromBeginning;
    this.status = status;
    this.facts = facts;
    this.clock = clock;
  }

  /**
   * How long ago the oldest event was committed that may be unpublished, whatever state the relay
   * is in: by its own knowledge, and by MySQL's as long as there is no position yet. Events that
   * are held count; those that wait in quarantine for a decision do not.
   */
  double seconds() {
    RelayStatus.Snapshot look = status.look();
    Lag last = latest();
    Instant unread = last == null || !look.gtids().isEmpty() ? null : last.oldest();
    double flow = unread == null ? look.lagSeconds() : since(unread);
    return facts.look().held().byTopic().values().stream()
        .filter(hold -> hold.count() > 0)
        .mapToDouble(hold -> since(hold.oldest()))
        .reduce(flow, Math::max);
  }

  private double since(Instant time) {
    return Math.max(0, Duration.between(time, clock.instant()).toMillis() / 1000.0);
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
              position.isEmpty() && fromBeginning ? oldest(connection) : null,
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
    if (lastId == null || !UUID_V7.matcher(lastId).matches()) {
      return null;
    }
    long count = 0;
    for (TableName table : tables) {
      if (!hasVersion7(connection, table)) {
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

  /** Looks at both ends, where others stand among UUIDv7 of the present. */
  private static boolean hasVersion7(Connection connection, TableName table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet ids = statement.executeQuery(SOME_IDS.formatted(table.quoted()))) {
      while (ids.next()) {
        if (!UUID_V7.matcher(String.valueOf(ids.getString(1))).matches()) {
          return false;
        }
      }
      return true;
    }
  }

  private @Nullable Instant oldest(Connection connection) {
    Instant oldest = null;
    for (TableName table : tables) {
      try (Statement statement = connection.createStatement();
          ResultSet found = statement.executeQuery(OLDEST + table.quoted())) {
        found.next();
        BigDecimal seconds = found.getBigDecimal(1);
        if (seconds != null) {
          Instant first = Instant.ofEpochMilli(seconds.movePointRight(3).longValue());
          oldest = oldest == null || first.isBefore(oldest) ? first : oldest;
        }
      } catch (SQLException e) {
        log.debug("The oldest row of {} cannot be found: {}", table, e.toString());
      }
    }
    return oldest;
  }
}
