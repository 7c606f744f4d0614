package dev.outrail.payment.payment;

/**
 * Where the part of a payment that belongs to one order stands; the order of the constants is
 * column {@code pay_order.state}.
 */
public enum PartState {
  /** The payment is not confirmed. */
  PENDING,
  /** This payment is the one that pays the order. */
  EFFECTIVE,
  REFUND_PENDING,
  REFUNDED;

  int column() {
    return ordinal();
  }

  static PartState ofColumn(int value) {
    return values()[value];
  }
}
