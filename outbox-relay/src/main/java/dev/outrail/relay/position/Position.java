package dev.outrail.relay.position;

import org.jspecify.annotations.Nullable;

/**
 * Where the relay stands: what has been published, exactly.
 *
 * @param completed a GTID set; all outbox rows of its transactions are published
 * @param partial how far the one transaction after these is published; null if not at all
 */
public record Position(String completed, @Nullable Partial partial) {

  /**
   * A transaction of which only the first outbox rows are published. Counting its outbox rows,
   * rather than binlog events, gives the same answer on every server that has the transaction,
   * compressed or not.
   *
   * @param gtid the transaction
   * @param rows how many of its outbox rows are published
   * @param lastId the event id of the last of them, to check that the count still fits
   */
  public record Partial(String gtid, long rows, String lastId) {}

  public static Position at(String completed) {
    return new Position(completed, null);
  }
}
