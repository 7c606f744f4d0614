package dev.outrail.messaging.outbox;

import org.springframework.transaction.IllegalTransactionStateException;

/** An append outside the transaction that it has to be part of: a bug in the calling code. */
public final class OutboxTransactionMissingException extends IllegalTransactionStateException {

  OutboxTransactionMissingException(String what) {
    super(
        what
            + ": an event must be appended in the transaction that makes it true. Call"
            + " Outbox.append from a @Transactional method or a TransactionTemplate whose transaction"
            + " manager uses the outbox's data source.");
  }
}
