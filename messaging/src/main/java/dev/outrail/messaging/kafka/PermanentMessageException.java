package dev.outrail.messaging.kafka;

import org.jspecify.annotations.Nullable;

/**
 * This event can never be applied as it is (broken payload, unknown version). It becomes a dead
 * letter at once instead of being tried again, and is applied by a retry after a fix.
 */
public class PermanentMessageException extends RuntimeException {

  public PermanentMessageException(String message) {
    this(message, null);
  }

  public PermanentMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
