package dev.outrail.order;

/** Why an order is closed; the names stand in the table and in {@code order.closed.v1}. */
public enum CloseReason {
  /** Its user did not want it any more. */
  CANCELLED,
  /** It was not paid, or its submission not finished, in time. A payment under way revives it. */
  TIMED_OUT,
  /** There was not enough stock when it was submitted. */
  NOT_STOCK,
  /** It was paid after its stock had been given to others. */
  STOCK_GONE
}
