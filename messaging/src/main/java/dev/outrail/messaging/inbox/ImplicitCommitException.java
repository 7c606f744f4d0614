package dev.outrail.messaging.inbox;

/**
 * The effect of a message ended the transaction that its mark is in: a statement such as {@code
 * CREATE}, {@code ALTER}, {@code TRUNCATE} or {@code COMMIT} commits what was done before it. So
 * the mark is there for good, and of the effect what came before that statement; what came behind
 * it was rolled back. Trying again does not help, and is not done: it would do the first part
 * twice.
 */
public final class ImplicitCommitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String messageId;

  ImplicitCommitException(String consumer, String messageId) {
    super(
        "the effect of event %s for '%s' committed halfway, so its mark is there and its effect in part: it ran a DDL statement (CREATE, ALTER, TRUNCATE, ...), COMMIT or BEGIN. Take that out of the handler and see what the effect did; to have the event applied from the beginning, undo that, and retry its dead letter by force"
            .formatted(messageId, consumer));
    this.messageId = messageId;
  }

  /** The event id. */
  public String messageId() {
    return messageId;
  }
}
