package dev.outrail.relay.purge;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes outbox rows that are past retention <em>and</em> whose events Kafka has confirmed; see
 * {@link Permission} for how that is known. Deleting a row is no event.
 *
 * <p>Works on a daemon thread of its own from {@link #start} to {@link #close}, pass after pass;
 * whatever fails, the relay is not disturbed, and the next pass tries again. Killing the process at
 * any moment leaves each batch deleted or not, and the stream untouched.
 *
 * <p>Start one for each time that the relay is the active one. Should a former one still work for a
 * moment longer, that does no harm: what Kafka has confirmed stays confirmed.
 */
public final class Purge implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Purge.class);

  /** Rows held back are counted up to here: what is left uncounted costs nothing. */
  public static final int HELD_BACK_COUNTED = 10_000;

  private static final Duration ENDS_WITHIN = Duration.ofSeconds(2);

  private static final List<String> SESSION =
      List.of(
          "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
          "SET SESSION innodb_lock_wait_timeout = 1",
          "SET SESSION lock_wait_timeout = 1");

  private static final String NOW = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";

  private final Supplier<MySqlServer> server;
  private final List<TableName> tables;
  private final PurgeSettings settings;
  private final Permission permission;
  private final PurgeListener listener;
  private final Set<String> warned = new HashSet<>();
  private final Set<String> told = new HashSet<>();
  private @Nullable Thread thread;

  private Purge(
      Supplier<MySqlServer> server,
      List<TableName> tables,
      PurgeSettings settings,
      Permission permission,
      PurgeListener listener) {
    this.server = server;
    this.tables = tables;
    this.settings = settings;
    this.permission = permission;
    this.listener = listener;
  }

  /**
   * Begins; returns at once. With mode OFF it does nothing, ever.
   *
   * @param server asked for each pass, so that a rotated password is taken
   * @param confirmed the GTID set whose events Kafka has confirmed, empty if none; asked from the
   *     purge's thread
   * @param keep events whose rows have to stay; must name an event no later than {@code confirmed}
   *     contains its transaction. Asked from the purge's thread; a {@link TransientException} ends
   *     the pass
   * @param coverage since when the relay has read each table; must change no later than {@code
   *     confirmed}. What is older stays
   * @param resting whether the relay is paused; nothing is purged meanwhile
   */
  public static Purge start(
      Supplier<MySqlServer> server,
      List<TableName> tables,
      PurgeSettings settings,
      Supplier<String> confirmed,
      Supplier<Kept> keep,
      Supplier<Coverage> coverage,
      BooleanSupplier resting,
      PurgeListener listener) {
    Purge purge =
        new Purge(
            server, tables, settings, new Permission(confirmed, keep, coverage, resting), listener);
    if (settings.mode() != PurgeSettings.Mode.OFF) {
      Thread worker = new Thread(purge::run, "purge");
      worker.setDaemon(true);
      purge.thread = worker;
      worker.start();
    }
    return purge;
  }

  /** Ends after the batch in work; waits for that, but never long. */
  @Override
  public void close() {
    permission.end();
    Thread worker = thread;
    if (worker != null) {
      try {
        worker.join(ENDS_WITHIN.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try {
      do {
        if (!permission.mustStop()) {
          pass();
        }
      } while (!permission.pause(settings.interval()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      listener.purgeFailed();
      log.error(
          "The purge of outbox tables has ended and begins again with the relay's next start", e);
    }
  }

  private void pass() throws InterruptedException {
    int failures = 0;
    try {
      failures = pass(server.get());
    } catch (SQLException e) {
      failures++;
      failed("MySQL", e);
    } catch (TransientException e) {
      failures++;
      failed("the outbox tables", new SQLException(e.getMessage(), e));
    }
    if (failures == 0 && !permission.mustStop()) {
      warned.clear();
      listener.purgePassed();
    }
  }

  /** Returns how many tables failed. */
  private int pass(MySqlServer at) throws SQLException, InterruptedException {
    int failures = 0;
    try (Connection connection = at.connect()) {
      prepare(connection);
      Instant cutoff = Instant.ofEpochMilli(now(connection)).minus(settings.retention());
      for (TableName table : tables) {
        try {
          purge(connection, OutboxTable.inspect(at, connection, table), cutoff);
        } catch (SQLException e) {
          failures++;
          failed(table.toString(), e);
        }
      }
    }
    return failures;
  }

  private void purge(Connection connection, OutboxTable table, Instant cutoff)
      throws SQLException, InterruptedException {
    TableName name = table.name();
    List<Problem> problems = PurgeCheck.unsuitable(table, settings.mode());
    if (!problems.isEmpty()) {
      throw new SQLException(problems.get(0).toString()); // altered since the start
    }
    switch (settings.mode()) {
      case OFF -> {}
      case DELETE -> {
        RowPurge rows = new RowPurge(connection, table, settings.batchRows(), permission, listener);
        long deleted = rows.run(cutoff);
        if (deleted > 0) {
          log.info("Purged {} rows of {} older than {}", deleted, name, settings.retention());
        }
        heldBack(table, rows.heldBack(cutoff, HELD_BACK_COUNTED));
      }
      case PARTITION -> {
        PartitionPurge partitions = new PartitionPurge(connection, table, permission, listener);
        List<String> dropped = partitions.run(cutoff);
        if (!dropped.isEmpty()) {
          log.info(
              "Dropped the partitions {} of {}, all older than {}",
              dropped,
              name,
              settings.retention());
        }
        heldBack(table, partitions.heldBack(cutoff, HELD_BACK_COUNTED));
      }
    }
  }

  private void heldBack(OutboxTable table, long rows) {
    Instant since = table.coveredFrom(permission.coverage().since(table.name()));
    if (rows > 0 && told.add(table.name() + " " + since)) {
      log.warn(
          "{} old rows of {} are not purged: {}. If they were published, or need not be: 'relay purge release --schema"
              + " {}'; else 'relay replay --schema {} --execute' publishes them",
          rows < HELD_BACK_COUNTED ? rows : rows + " or more",
          table.name(),
          since.equals(Coverage.NOTHING)
              ? "the relay cannot tell which of them it has read"
              : "they were created before " + since + ", since when the relay has read them all",
          table.name().schema(),
          table.name().schema());
    }
    listener.heldBack(table.name(), rows, since);
  }

  /** Locks held by others and deadlocks are failures like any other: counted, and tried later. */
  private void failed(String what, SQLException e) {
    if (permission.isEnded()) {
      return;
    }
    listener.purgeFailed();
    if (warned.add(what + " " + e.getErrorCode())) {
      log.warn(
          "Purging {} failed and is tried again in {} ms; the relay itself is not affected: {}",
          what,
          settings.interval().toMillis(),
          e.getMessage());
    } else {
      log.debug("Purging {} failed again", what, e);
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : SESSION) {
        statement.execute(sql);
      }
    }
  }

  private static long now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(NOW)) {
      result.next();
      return result.getLong(1);
    }
  }
}
