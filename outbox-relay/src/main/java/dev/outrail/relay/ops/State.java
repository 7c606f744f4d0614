package dev.outrail.relay.ops;

/** What the relay is doing, in one word. */
public enum State {
  /** Checking, connecting, reading the position. */
  STARTING,
  /** Publishing the rows that were in the outbox before the first start. */
  SNAPSHOT,
  /** Reading and publishing. */
  RUNNING,
  /** Something is gone (the broker, MySQL, the network); trying again by itself. */
  RETRYING,
  /** Waiting for a person's decision; see the last error. Nothing is published. */
  HALTED,
  /** Ending. */
  STOPPING
}
