package dev.outrail.payment.payment;

/** Where a payment stands; the order of the constants is column {@code pay_status}. */
public enum PayStatus {
  UNPAY,
  /** Confirmed, and the effective payment of at least one of its orders. */
  PAYED,
  /** Confirmed, but no order could take it: all of it is to be paid back. */
  REFUND_PENDING,
  REFUNDED;

  int column() {
    return ordinal();
  }

  static PayStatus ofColumn(int value) {
    return values()[value];
  }
}
