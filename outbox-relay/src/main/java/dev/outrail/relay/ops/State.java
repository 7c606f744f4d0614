package dev.outrail.relay.ops;

/** What the relay is doing, in one word. */
public enum State {
  /** Checking, connecting, reading the position. */
  STARTING,
  /**
   * Another relay of this name publishes; this one reads along and takes over when that one goes.
   */
  STANDBY,
  /** Publishing the rows that were in the outbox before the first start. */
  SNAPSHOT,
  /** Reading and publishing. */
  RUNNING,
  /** An operator has paused the relays of this name. Nothing is published. */
  PAUSED,
  /** Something is gone (the broker, MySQL, the network); trying again by itself. */
  RETRYING,
  /** Waiting for a person's decision; see the last error. Nothing is published. */
  HALTED,
  /** Ending. */
  STOPPING
}
