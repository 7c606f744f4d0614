package dev.outrail.relay.position;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.Completed;
import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the captured events and says, after each, which position would be true once all rows so
 * far are published; and which rows, read again after a restart, are published already.
 *
 * <p>The reading may have begun earlier than the position: a standby reads along before it knows
 * where it will have to take over. Transactions that the position holds are dropped then, until the
 * reading has passed them all.
 *
 * <p>Not thread-safe.
 */
public final class PositionTracker {

  private Completed completed;
  private @Nullable String gtid;
  private long rows;
  private String lastId = "";
  private @Nullable Position current;
  private long toSkip;
  private Position.@Nullable Partial skipping;
  private @Nullable MySqlGtidSet behind;

  public PositionTracker(Position start) {
    this.current = start;
    this.completed = Completed.of(start.completed());
    this.behind = new MySqlGtidSet(start.completed());
    Position.Partial partial = start.partial();
    this.skipping = partial;
    if (partial != null) {
      this.gtid = partial.gtid();
      this.rows = partial.rows();
      this.lastId = partial.lastId();
      this.toSkip = partial.rows();
    }
  }

  /** One that stands where this one does, and goes on by itself. */
  public PositionTracker copy() {
    return new PositionTracker(this);
  }

  private PositionTracker(PositionTracker other) {
    this.completed = other.completed;
    this.gtid = other.gtid;
    this.rows = other.rows;
    this.lastId = other.lastId;
    this.current = other.current;
    this.toSkip = other.toSkip;
    this.skipping = other.skipping;
    this.behind = other.behind;
  }

  /**
   * Takes note of a row.
   *
   * @return whether it has to be published; false if the start position says that it already was
   * @throws HaltException if the binlog does not continue where the position says
   */
  public boolean advance(CapturedEvent.Row row) {
    MySqlGtidSet start = behind;
    if (start != null) {
      if (start.contains(row.gtid())) {
        return false;
      }
      passed(start, row.completed().text());
    }
    Position.Partial pending = skipping;
    if (pending != null) {
      return skip(row, pending);
    }
    if (row.gtid().equals(gtid)) {
      rows++;
    } else {
      requireNew(row);
      completed = with(row.completed());
      gtid = row.gtid();
      rows = 1;
    }
    lastId = row.row().id();
    current = null;
    return true;
  }

  /**
   * Takes note of a sign of life. A set that does not yet contain the transaction in work changes
   * nothing.
   *
   * @return whether the position is the beat's now
   */
  public boolean advance(CapturedEvent.Beat beat) {
    MySqlGtidSet start = behind;
    if (start != null && !passed(start, beat.completed())) {
      return false;
    }
    if (gtid != null && !GtidSets.contains(beat.completed(), gtid)) {
      return false;
    }
    Position.Partial pending = skipping;
    if (pending != null) {
      throw lostPlace(
          pending, "the transaction ended %d outbox rows before that".formatted(toSkip));
    }
    completed = Completed.of(beat.completed());
    gtid = null;
    current = null;
    return true;
  }

  public Position current() {
    Position made = current;
    if (made == null) {
      made =
          new Position(
              completed.text(), gtid == null ? null : new Position.Partial(gtid, rows, lastId));
      current = made;
    }
    return made;
  }

  /** Whether the reading is behind no transaction of the start position any more. */
  private boolean passed(MySqlGtidSet start, String read) {
    if (start.isContainedWithin(new MySqlGtidSet(read))) {
      behind = null;
      return true;
    }
    return false;
  }

  /** While the reading has not passed the start position, what it has read is not all there is. */
  private Completed with(Completed set) {
    MySqlGtidSet start = behind;
    return start == null ? set : Completed.of(GtidSets.union(start.toString(), set.text()));
  }

  private boolean skip(CapturedEvent.Row row, Position.Partial pending) {
    if (!pending.gtid().equals(row.gtid())) {
      throw lostPlace(pending, "the next outbox row is of transaction " + row.gtid());
    }
    toSkip--;
    if (toSkip == 0) {
      if (!pending.lastId().equals(row.row().id())) {
        throw lostPlace(pending, "its row there is " + row.row().id());
      }
      skipping = null;
    }
    return false;
  }

  private static HaltException lostPlace(Position.Partial pending, String found) {
    return new HaltException(
        "The position says that %d outbox rows of transaction %s are published, the last being %s, but %s."
            .formatted(pending.rows(), pending.gtid(), pending.lastId(), found),
        "Check that the relay reads the same server (or one that holds its history) and that outbox.schemas was not"
            + " changed in the middle of a transaction; then restore the former setting.");
  }

  /** A transaction is never begun when it counts as completed: publishing it would repeat it. */
  private static void requireNew(CapturedEvent.Row row) {
    if (row.completed().contains(row.gtid())) {
      throw new HaltException(
          "The binlog reader says that transaction %s is completed while it delivers its rows."
              .formatted(row.gtid()),
          "This is a defect of the relay; nothing was published or skipped. Please report it.");
    }
  }
}
