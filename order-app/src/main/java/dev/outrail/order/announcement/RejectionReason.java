package dev.outrail.order.announcement;

/** Why an order does not take a payment: the reasons of {@code order.payment-rejected.v1}. */
public enum RejectionReason {
  /** There is no such order. */
  ORDER_UNKNOWN,
  /** It was closed before the payment arrived. */
  ORDER_CLOSED,
  /** Another payment paid it. */
  ORDER_PAID_OTHERWISE,
  /** Not what the order costs, or in another currency. */
  AMOUNT_DIFFERS,
  /** It had timed out, and what it needs was sold to others meanwhile. */
  STOCK_GONE
}
