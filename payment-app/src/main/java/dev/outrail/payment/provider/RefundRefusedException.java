package dev.outrail.payment.provider;

/** The provider will not pay this back, and asking again is not expected to change that. */
public final class RefundRefusedException extends RuntimeException {

  public RefundRefusedException(String message) {
    super(message);
  }
}
