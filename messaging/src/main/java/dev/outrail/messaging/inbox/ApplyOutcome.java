package dev.outrail.messaging.inbox;

/** What became of a delivery. */
public enum ApplyOutcome {
  /** The effect ran and is part of the transaction. */
  APPLIED,
  /** This consumer applied the message before; the effect did not run again. */
  REDELIVERY
}
