package dev.outrail.relay.purge;

import dev.outrail.relay.position.Coverage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Says what may go: what Kafka has confirmed, without what is to be kept, and only for as long as
 * the purge may work at all. Thread-safe.
 */
final class Permission {

  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private static final String EXECUTED = "SELECT @@GLOBAL.gtid_executed";
  private static final String IS_SUBSET = "SELECT GTID_SUBSET(?, ?)";

  private final Supplier<String> confirmed;
  private final Supplier<Kept> keep;
  private final Supplier<Coverage> coverage;
  private final BooleanSupplier resting;
  private final CountDownLatch ended = new CountDownLatch(1);

  Permission(
      Supplier<String> confirmed,
      Supplier<Kept> keep,
      Supplier<Coverage> coverage,
      BooleanSupplier resting) {
    this.confirmed = confirmed;
    this.keep = keep;
    this.coverage = coverage;
    this.resting = resting;
  }

  /**
   * Returns true once Kafka has confirmed every row that was visible before the call; false if the
   * purge has to stop, or what the relay has read is another thing than it was when the rows were
   * looked up. Waits as long as it takes: while the relay stands still, nothing may go.
   *
   * <p>A row does not tell its transaction. But a row that was seen was committed, so its
   * transaction is in {@code gtid_executed} a moment later (MySQL makes a group of transactions
   * visible and adds them to the set right behind, under one lock; a second is ample). Once the
   * confirmed set contains all that {@code gtid_executed} held then, it contains the transactions
   * of all rows seen, however late they committed and whatever their {@code created_at} says.
   *
   * <p>Should that second ever not do, the stream loses nothing: the relay reads the binlog, not
   * the table. What could be missed is a row that a replay or a retry from quarantine looks for.
   */
  boolean await(Connection connection, Coverage whenLookedUp)
      throws SQLException, InterruptedException {
    if (pause(SETTLE)) {
      return false;
    }
    String executed = executed(connection);
    String compared = "";
    do {
      String now = confirmed.get();
      if (!now.equals(compared) && isSubset(connection, executed, now)) {
        return !mustStop() && coverage().equals(whenLookedUp);
      }
      compared = now;
    } while (!pause(LOOK_AGAIN) && !mustStop());
    return false;
  }

  /**
   * Since when the relay has read each table. It changes before {@code confirmed} does, so what is
   * asked for after {@link #await} belongs to what was confirmed there.
   */
  Coverage coverage() {
    return coverage.get();
  }

  /** What has to stay; ask after {@link #await}, which may have waited for some of it. */
  Kept kept() {
    return keep.get();
  }

  /** Waits; true if the purge was ended meanwhile. */
  boolean pause(Duration atMost) throws InterruptedException {
    return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether the purge was ended, or rests because the relay does. */
  boolean mustStop() {
    return isEnded() || resting.getAsBoolean();
  }

  boolean isEnded() {
    return ended.getCount() == 0;
  }

  void end() {
    ended.countDown();
  }

  private static String executed(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(EXECUTED)) {
      result.next();
      return result.getString(1);
    }
  }

  /** The server decides: it knows every form that its sets may have. */
  private static boolean isSubset(Connection connection, String part, String whole)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IS_SUBSET)) {
      statement.setString(1, part);
      statement.setString(2, whole);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() && result.getBoolean(1);
      }
    }
  }
}
