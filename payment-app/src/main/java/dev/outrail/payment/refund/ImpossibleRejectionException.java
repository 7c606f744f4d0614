package dev.outrail.payment.refund;

import org.jspecify.annotations.Nullable;

/** A rejection that contradicts what was paid; trying again does not change that. */
public final class ImpossibleRejectionException extends RuntimeException {

  ImpossibleRejectionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
