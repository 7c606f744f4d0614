package dev.outrail.messaging.inbox;

/**
 * The inbox's transaction manager does not open its transactions on the inbox's data source, so
 * that a mark would not be rolled back with its effect. Nothing was marked or applied; the
 * application has to be set up differently.
 */
public final class InboxTransactionException extends IllegalStateException {

  InboxTransactionException(String why) {
    super(
        why
            + ": give the inbox the transaction manager of the data source where processed_message is");
  }
}
