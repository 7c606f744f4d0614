package dev.outrail.payment.orders;

/** order-app could not be asked; the message says where it was looked for and what went wrong. */
public final class OrderAppUnavailableException extends RuntimeException {

  OrderAppUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
