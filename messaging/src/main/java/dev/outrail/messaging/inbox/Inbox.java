package dev.outrail.messaging.inbox;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Applies each message once per consumer: the {@code processed_message} row and the effect commit
 * together, so a message is marked if and only if its effect is there.
 *
 * <p>Acknowledge to the broker only after {@link #applyOnce} has returned and its transaction has
 * committed. What a crash does then:
 *
 * <ul>
 *   <li>before the commit: neither mark nor effect; the redelivery applies it;
 *   <li>between commit and acknowledgement: the redelivery is recognised and changes nothing.
 * </ul>
 *
 * <p>Two concurrent deliveries of one message wait for each other on the row's key; one applies.
 *
 * <p>An effect works in the transaction that it is given: it runs no DDL statement and no {@code
 * COMMIT}, and lets the database's exceptions out. If it goes on behind a deadlock, which undid its
 * mark, that is found and nothing is applied. A single statement that a lock wait undid cannot be
 * found.
 *
 * <p>Effects outside the database (a call, a mail) are not covered: append an outbox event instead.
 *
 * <p>Thread-safe.
 */
public interface Inbox {

  /**
   * Runs the effect unless this consumer has applied the message before. Joins the transaction that
   * is open on the inbox's data source, else opens one and commits it before returning.
   *
   * @param consumer who applies, at most 64 ASCII characters; keep it stable, a new name applies
   *     everything again
   * @param messageId the event id, as {@link MessageId#canonical} takes it
   * @param effect changes the same database on the calling thread; whatever it throws rolls mark
   *     and effect back and is passed on
   * @throws IllegalArgumentException if the name or the id is empty, too long or not ASCII
   * @throws ForgottenMessageException if the id is a UUIDv7 from a time whose marks have been
   *     purged ({@link InboxPurge}), so that nobody knows whether it was applied; it is not applied
   *     now
   * @throws LostTransactionException if the server rolled the transaction back while the effect
   *     ran, and the effect went on; nothing is applied
   * @throws ImplicitCommitException if the effect committed halfway; the mark is there
   * @throws org.springframework.dao.DataAccessException if the database fails; nothing is applied
   */
  ApplyOutcome applyOnce(String consumer, String messageId, Runnable effect);

  /**
   * Applies a batch, a whole poll of records say, in one transaction of its own: marks all messages
   * that this consumer has not applied before, and runs the effect once for these. The number of
   * statements for the marks does not grow with the batch (one per thousand messages, three if some
   * were applied before), and there is one commit.
   *
   * <p>If that fails, the batch is applied again, message by message, each in a transaction of its
   * own, up to the first that fails by itself; so one bad message costs the others nothing but
   * time. Nothing behind a failed message is applied: it may be of the same key.
   *
   * @param consumer as for {@link #applyOnce}
   * @param messages in the order in which they are to be applied
   * @param messageId tells a message's id, as for {@link #applyOnce}; a second message with one id
   *     is a redelivery
   * @param effect gets the messages to apply, at least one, in their order; called with several of
   *     them, and again with each alone if that fails. Changes the same database on the calling
   *     thread; whatever it throws rolls marks and effect back
   * @return what became of each message
   * @throws BatchFailedException if a message cannot be applied; says which and why
   * @throws org.springframework.transaction.IllegalTransactionStateException if a transaction is
   *     open
   */
  <M> List<ApplyOutcome> applyBatch(
      String consumer,
      List<M> messages,
      Function<? super M, String> messageId,
      Consumer<? super List<M>> effect);
}
