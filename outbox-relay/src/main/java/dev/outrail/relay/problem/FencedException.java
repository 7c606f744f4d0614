package dev.outrail.relay.problem;

import org.jspecify.annotations.Nullable;

/**
 * Another relay with the same name has taken over; this one has published nothing since, and may
 * wait for its turn again.
 */
public final class FencedException extends RuntimeException {

  public FencedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
