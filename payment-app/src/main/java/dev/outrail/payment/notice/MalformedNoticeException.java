package dev.outrail.payment.notice;

import org.jspecify.annotations.Nullable;

/** A notice that says nothing this application understands. */
final class MalformedNoticeException extends RuntimeException {

  MalformedNoticeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
