package dev.outrail.relay.purge;

import java.time.Duration;

/**
 * Whether and how rows leave the outbox tables.
 *
 * @param retention how long a row stays at least, counted from its {@code created_at}
 * @param batchRows rows deleted in one transaction, at most
 * @param interval pause between two passes over the tables
 */
public record PurgeSettings(Mode mode, Duration retention, int batchRows, Duration interval) {

  /** How rows are removed. */
  public enum Mode {
    /** Not at all. */
    OFF,
    /** By primary key, in small transactions. */
    DELETE,
    /** By dropping partitions that are wholly past retention. */
    PARTITION
  }
}
