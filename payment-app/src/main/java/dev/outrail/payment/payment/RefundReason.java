package dev.outrail.payment.payment;

/** Why an order could not take what was paid for it. */
public enum RefundReason {
  ORDER_UNKNOWN,
  ORDER_CLOSED,
  ORDER_PAID_OTHERWISE,
  AMOUNT_DIFFERS,
  /** It was paid late, and what it had ordered was gone by then. */
  STOCK_GONE
}
