package dev.outrail.messaging.kafka;

import org.jspecify.annotations.Nullable;

/**
 * This message cannot be applied now, for a reason that has nothing to do with it (another
 * application is down). The listener tries it again with a growing pause, without an end, and the
 * partition's order holds. Failures of database, network and Kafka count as such by themselves.
 */
public class TransientMessageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TransientMessageException(String message) {
    this(message, null);
  }

  public TransientMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
