package dev.outrail.payment.notice;

/** A notice that the provider did not sign like this, or not lately. */
final class BadSignatureException extends RuntimeException {

  BadSignatureException(String message) {
    super(message);
  }
}
