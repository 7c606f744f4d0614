package dev.outrail.messaging.inbox;

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
   * @param messageId the event id, at most 255 ASCII characters
   * @param effect changes the same database on the calling thread; whatever it throws rolls mark
   *     and effect back and is passed on
   * @throws IllegalArgumentException if a name is blank, too long or not ASCII
   * @throws org.springframework.dao.DataAccessException if the database fails; nothing is applied
   */
  ApplyOutcome applyOnce(String consumer, String messageId, Runnable effect);
}
