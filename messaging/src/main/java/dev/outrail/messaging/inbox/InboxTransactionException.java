package dev.outrail.messaging.inbox;

/**
 * There is no transaction that a mark and its effect would share: the inbox's transaction manager
 * works on another data source, or the caller's transaction is read-only. Nothing was marked or
 * applied; the application has to be set up differently.
 */
public final class InboxTransactionException extends IllegalStateException {

  /**
   * @param why there is no such transaction
   */
  public InboxTransactionException(String why) {
    super(
        why
            + "; nothing was applied. The inbox needs a read-write transaction of the data source where"
            + " processed_message is: give it that one's transaction manager");
  }
}
