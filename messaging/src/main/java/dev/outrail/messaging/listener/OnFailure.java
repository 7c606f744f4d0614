package dev.outrail.messaging.listener;

/** What becomes of the later events of a key when one of them cannot be applied. */
public enum OnFailure {
  /**
   * They wait behind it, as dead letters, until it is applied or discarded: the order of the key
   * holds, whatever fails.
   */
  HOLD_KEY,
  /** They are applied; the one that failed comes after them, if ever. */
  PASS_KEY
}
