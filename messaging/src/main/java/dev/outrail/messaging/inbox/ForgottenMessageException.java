package dev.outrail.messaging.inbox;

import java.time.Instant;

/**
 * A message so old that the inbox no longer knows whether it was applied: its mark, if there was
 * one, has been purged. It was not applied now. Trying again does not help.
 */
public final class ForgottenMessageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String messageId;

  ForgottenMessageException(String consumer, String messageId, Instant made, Instant purgedUntil) {
    super(
        "event %s was made at %s, and the inbox of '%s' has forgotten what it applied before %s: it may have been applied then, so it is not applied now. If it certainly was not, retry its dead letter by force"
            .formatted(messageId, made, consumer, purgedUntil));
    this.messageId = messageId;
  }

  /** The event id. */
  public String messageId() {
    return messageId;
  }
}
