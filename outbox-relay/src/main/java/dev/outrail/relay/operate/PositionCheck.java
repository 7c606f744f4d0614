package dev.outrail.relay.operate;

import dev.outrail.relay.capture.Capture;
import dev.outrail.relay.capture.CaptureSettings;
import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.ServerId;
import dev.outrail.relay.capture.ShapeReader;
import dev.outrail.relay.operate.PositionChange.Certainty;
import dev.outrail.relay.operate.PositionChange.Difference;
import dev.outrail.relay.operate.PositionChange.Events;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the position can be moved to a GTID set, and what that would skip and repeat: MySQL
 * compares the sets, and the outbox events in the difference are counted by reading the binlog once
 * more from where old and new agree. Changes nothing. Takes a few seconds, and at most about {@code
 * patience}. Thread-safe.
 */
public final class PositionCheck {

  /** How long the binlog is read before the counts become "at least". */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int ER_MALFORMED_GTID_SET = 1772;
  private static final Duration TURN = Duration.ofMillis(250);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private static final String SETS =
      "SELECT GTID_SUBTRACT(?, ''), @@GLOBAL.gtid_executed, @@GLOBAL.gtid_purged";
  private static final String SUBTRACT = "SELECT GTID_SUBTRACT(?, ?)";

  private final MySqlServer server;
  private final CaptureSettings reading;
  private final Duration patience;

  /**
   * @param reading how the relay reads the binlog; this check reads under another server id and
   *     name, and a smaller queue, so that it disturbs no other reader
   * @param patience how long to count, at most
   */
  public PositionCheck(CaptureSettings reading, Duration patience) {
    this.server = reading.server();
    this.patience = patience;
    this.reading =
        new CaptureSettings(
            reading.relayName() + "-position-check-" + Long.toHexString(System.nanoTime()),
            reading.server(),
            reading.tables(),
            new ServerId(0),
            HEARTBEAT,
            Math.min(reading.queueMaxEvents(), 1_000),
            Math.min(reading.queueMaxBytes(), 4_194_304));
  }

  /**
   * The dry run.
   *
   * @param before where the relay stands
   * @param gtids the set that shall count as published
   * @throws OperationRefusedException if it is no GTID set, names transactions that the server has
   *     not executed, or lacks some that its binlog no longer has; or MySQL does not answer
   */
  public PositionChange check(Position before, String gtids) {
    try (Connection connection = server.connect()) {
      return check(new Sets(connection), before, GtidSets.normalise(gtids));
    } catch (SQLException e) {
      if (e.getErrorCode() == ER_MALFORMED_GTID_SET) {
        throw OperationRefusedException.invalid(
            "'%s' is not a GTID set.".formatted(gtids),
            "Write it as MySQL does, such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23,….");
      }
      throw OperationRefusedException.notConnected(
          "MySQL does not answer (%s).".formatted(e.getMessage()),
          "Ask again once it does; nothing was changed.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OperationRefusedException.noAnswer("Interrupted.", "Ask again; nothing was changed.");
    }
  }

  private PositionChange check(Sets sets, Position before, String gtids)
      throws SQLException, InterruptedException {
    sets.read(gtids);
    if (sets.wanted.isEmpty()) {
      throw OperationRefusedException.invalid(
          "An empty GTID set is no position.",
          "To publish everything again, use replay; the smallest position is @@GLOBAL.gtid_purged or the server's first"
              + " transaction.");
    }
    String beyond = sets.subtract(sets.wanted, sets.executed);
    if (!beyond.isEmpty()) {
      throw OperationRefusedException.invalid(
          "The server has not executed %d of these transactions: %s."
              .formatted(GtidSets.count(beyond), beyond),
          "Events of transactions to come would be skipped. Name a subset of its gtid_executed: %s."
              .formatted(sets.executed));
    }
    String uncovered = sets.subtract(sets.purged, sets.wanted);
    if (!uncovered.isEmpty()) {
      throw OperationRefusedException.invalid(
          "The server's binlog no longer has %d transactions that this set leaves to be read: %s."
              .formatted(GtidSets.count(uncovered), uncovered),
          "Include its gtid_purged (%s), and replay the events of that time from the table."
              .formatted(sets.purged));
    }
    Position.Partial partial = before.partial();
    String old = before.completed();
    String skipped = sets.subtract(sets.wanted, old);
    String repeated = sets.subtract(old, sets.wanted);
    String agreed = sets.subtract(old, repeated);
    if (partial != null && !GtidSets.contains(sets.wanted, partial.gtid())) {
      repeated = sets.union(repeated, partial.gtid()); // its first rows, that is
    }

    String readableSkipped = sets.readable(skipped);
    String readableRepeated = sets.readable(repeated);
    Counts counts = new Counts(readableSkipped, readableRepeated, partial);
    String why = count(counts, sets.union(agreed, sets.purged));
    return new PositionChange(
        false,
        null,
        old,
        partial == null
            ? null
            : new PositionReport.Partial(partial.gtid(), partial.rows(), partial.lastId()),
        sets.wanted,
        difference(skipped, readableSkipped, counts.skipped, why),
        difference(repeated, readableRepeated, counts.repeated, why));
  }

  /** Reads the binlog; what it returns says why it could not be read to the end, if so. */
  private String count(Counts counts, String from) throws InterruptedException {
    if (counts.isComplete("")) {
      return "";
    }
    if (from.isEmpty()) {
      return "old and new position have no transaction in common to begin reading at";
    }
    long deadline = System.nanoTime() + patience.toNanos();
    try (Capture capture =
        Capture.start(reading, from, new ShapeReader(server, reading.tables()).present())) {
      String gtid = "";
      while (System.nanoTime() < deadline) {
        for (CapturedEvent event :
            capture.take(reading.queueMaxEvents(), reading.queueMaxBytes(), TURN)) {
          if (event instanceof CapturedEvent.Row row) {
            if (!row.gtid().equals(gtid) && counts.isComplete(row.completed().text())) {
              return "";
            }
            gtid = row.gtid();
            counts.add(row);
          } else if (event instanceof CapturedEvent.Beat beat
              && counts.isComplete(beat.completed())) {
            return "";
          }
        }
      }
      return "the binlog was read for %d s and there was more".formatted(patience.toSeconds());
    } catch (HaltException e) {
      return "the binlog cannot be read further: " + e.problem().what();
    } catch (TransientException e) {
      return "the binlog could not be read to the end: " + e.getMessage();
    }
  }

  private static Difference difference(
      String gtids, String readable, TopicCounts counted, String whyNotAll) {
    long all = GtidSets.count(gtids);
    long unreadable = all - GtidSets.count(readable);
    String why = readable.isEmpty() ? "" : whyNotAll;
    if (unreadable > 0) {
      why =
          "%d of the %d transactions are not in the server's binlog (any more)%s"
              .formatted(unreadable, all, why.isEmpty() ? "" : "; " + why);
    }
    Certainty certainty =
        why.isEmpty()
            ? Certainty.EXACT
            : counted.total() == 0 ? Certainty.UNKNOWN : Certainty.AT_LEAST;
    return new Difference(
        gtids, all, unreadable, new Events(certainty, counted.total(), counted.list(), why));
  }

  /** MySQL's arithmetic, and what the server has. */
  private static final class Sets {

    private final Connection connection;
    private String wanted = "";
    private String executed = "";
    private String purged = "";

    Sets(Connection connection) {
      this.connection = connection;
    }

    void read(String gtids) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(SETS)) {
        statement.setString(1, gtids);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          wanted = text(result.getString(1));
          executed = text(result.getString(2));
          purged = text(result.getString(3));
        }
      }
    }

    String subtract(String from, String what) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(SUBTRACT)) {
        statement.setString(1, from);
        statement.setString(2, what);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          return text(result.getString(1));
        }
      }
    }

    String union(String one, String other) throws SQLException {
      return one.isEmpty() || other.isEmpty() ? one + other : subtract(one + "," + other, "");
    }

    /** Those that the binlog still has. */
    String readable(String set) throws SQLException {
      String elsewhere = subtract(set, executed);
      return subtract(subtract(set, elsewhere), purged);
    }

    private static String text(@Nullable String set) {
      return set == null ? "" : GtidSets.normalise(set);
    }
  }

  /** Which side an event is on. */
  private static final class Counts {

    private final String inSkipped;
    private final String inRepeated;
    private final Position.@Nullable Partial partial;
    private final TopicCounts skipped = new TopicCounts();
    private final TopicCounts repeated = new TopicCounts();
    private String gtid = "";
    private boolean isSkipped;
    private boolean isRepeated;
    private long rowOfPartial;

    Counts(String inSkipped, String inRepeated, Position.@Nullable Partial partial) {
      this.inSkipped = inSkipped;
      this.inRepeated = inRepeated;
      this.partial = partial;
    }

    boolean isComplete(String completed) {
      return contains(completed, inSkipped) && contains(completed, inRepeated);
    }

    void add(CapturedEvent.Row row) {
      if (!row.gtid().equals(gtid)) {
        gtid = row.gtid();
        isSkipped = contains(inSkipped, gtid);
        isRepeated = contains(inRepeated, gtid);
      }
      if (partial != null && partial.gtid().equals(gtid)) {
        boolean published = ++rowOfPartial <= partial.rows();
        if (isSkipped && !published) {
          skipped.add(row);
        }
        if (isRepeated && published) {
          repeated.add(row);
        }
        return;
      }
      if (isSkipped) {
        skipped.add(row);
      }
      if (isRepeated) {
        repeated.add(row);
      }
    }

    private static boolean contains(String whole, String part) {
      return part.isEmpty() || (!whole.isEmpty() && GtidSets.contains(whole, part));
    }
  }

  /** Per topic. */
  private static final class TopicCounts {

    private final TreeMap<String, PositionChange.TopicEvents> topics = new TreeMap<>();

    void add(CapturedEvent.Row row) {
      String id = row.row().id();
      topics.merge(
          row.row().aggregateType(),
          new PositionChange.TopicEvents(row.row().aggregateType(), 1, id, id),
          (sum, one) ->
              new PositionChange.TopicEvents(
                  sum.topic(), sum.count() + 1, sum.firstId(), one.lastId()));
    }

    long total() {
      return topics.values().stream().mapToLong(PositionChange.TopicEvents::count).sum();
    }

    List<PositionChange.TopicEvents> list() {
      return List.copyOf(topics.values());
    }
  }
}
