package dev.outrail.messaging.kafka;

import org.jspecify.annotations.Nullable;

/**
 * This message can never be applied as it is (broken payload, unknown version). The listener parks
 * it in the dead letter topic at once instead of trying again; its inbox mark is not set, so that a
 * replay after a fix applies it.
 */
public class PermanentMessageException extends RuntimeException {

  public PermanentMessageException(String message) {
    this(message, null);
  }

  public PermanentMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
