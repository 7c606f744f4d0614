package dev.outrail.bench.contender;

/** What of a contender is to run. */
public enum Mode {
  /** Payments can be made, and their events are published as they come. */
  LIVE,
  /** Payments can be made; their events are stored and nobody publishes them. */
  WRITE_ONLY,
  /**
   * Events that are stored already are published: for a reader of the binlog those behind {@link
   * Scene#fromGtids()}, for others those in its tables.
   */
  CARRY_ONLY
}
