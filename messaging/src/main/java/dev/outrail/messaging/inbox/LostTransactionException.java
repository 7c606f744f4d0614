package dev.outrail.messaging.inbox;

/**
 * While an effect ran, the database rolled back the transaction that it shares with its mark, and
 * the effect went on all the same: it swallowed a deadlock, mostly. Nothing was marked or applied,
 * not what the effect did afterwards either.
 */
public final class LostTransactionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LostTransactionException(String consumer, String messageId) {
    super(
        "while the effect of event %s for '%s' ran, the database rolled its transaction back (a deadlock, mostly), and the effect went on: nothing was applied. Let exceptions of the database out of the handler, and run no ROLLBACK"
            .formatted(messageId, consumer));
  }
}
