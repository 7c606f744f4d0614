package dev.outrail.payment.payment;

/**
 * Where the part of a payment that belongs to one order stands, with its number in column {@code
 * pay_order.state}.
 */
public enum PartState {
  /** The payment is not confirmed. */
  PENDING(0),
  /** This payment is the one that pays the order. */
  EFFECTIVE(1),
  /** The order did not take it; the provider is asked to pay it back until it has. */
  REFUND_PENDING(2),
  /** The provider has paid it back. */
  REFUNDED(3);

  private final int column;

  PartState(int column) {
    this.column = column;
  }

  /** Its number in the column. */
  public int column() {
    return column;
  }

  static PartState ofColumn(int value) {
    for (PartState each : values()) {
      if (each.column == value) {
        return each;
      }
    }
    throw new IllegalArgumentException("no PartState has the number " + value);
  }
}
