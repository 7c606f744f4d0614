package dev.outrail.payment.payment;

/** Where a payment stands, with its number in column {@code pay_status}. */
public enum PayStatus {
  UNPAY(0),
  /** Confirmed, and the effective payment of at least one of its orders. */
  PAYED(1),
  /** Confirmed, but no order could take it: all of it is to be paid back. */
  REFUND_PENDING(2),
  /** The provider has paid all of it back. */
  REFUNDED(3);

  private final int column;

  PayStatus(int column) {
    this.column = column;
  }

  int column() {
    return column;
  }

  static PayStatus ofColumn(int value) {
    for (PayStatus each : values()) {
      if (each.column == value) {
        return each;
      }
    }
    throw new IllegalArgumentException("no PayStatus has the number " + value);
  }
}
