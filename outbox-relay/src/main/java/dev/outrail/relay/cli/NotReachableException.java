package dev.outrail.relay.cli;

import org.jspecify.annotations.Nullable;

/** Nobody, or nobody who is a relay, answers at the address. */
final class NotReachableException extends RuntimeException {

  NotReachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
