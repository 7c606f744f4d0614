package dev.outrail.relay.capture;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the binlog said, in binlog order. */
public sealed interface CapturedEvent {

  /**
   * A committed outbox row.
   *
   * @param gtid the transaction that wrote it
   * @param completed the GTID set of all transactions before that one, as far as this relay reads
   *     them
   * @param committedAt when the transaction committed on the server that it was first executed on
   */
  record Row(OutboxRow row, String gtid, Completed completed, Instant committedAt)
      implements CapturedEvent {

    public Row(OutboxRow row, String gtid, String completed, Instant committedAt) {
      this(row, gtid, Completed.of(completed), committedAt);
    }
  }

  /**
   * A sign of life: everything in this GTID set has been read, and all of its outbox rows came
   * before.
   *
   * @param completed a GTID set
   * @param upTo when the transaction committed that is being read; null if the server has nothing
   *     more to send
   */
  record Beat(String completed, @Nullable Instant upTo) implements CapturedEvent {}

  /**
   * An outbox table was altered, created, dropped or renamed. The shapes are those of every
   * position that an event behind this one gives, and of none before.
   */
  record Tables(TableShapes shapes) implements CapturedEvent {}
}
