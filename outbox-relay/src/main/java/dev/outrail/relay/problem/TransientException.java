package dev.outrail.relay.problem;

import org.jspecify.annotations.Nullable;

/**
 * The cycle cannot go on, but a new one, started from the position in Kafka, may: try again after a
 * pause.
 */
public class TransientException extends RuntimeException {

  public TransientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
