package dev.outrail.order.stock;

/** stock-app could not be asked; the message says where it was looked for and what went wrong. */
public final class StockAppUnavailableException extends RuntimeException {

  StockAppUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
