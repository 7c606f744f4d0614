package dev.outrail.payment.payment;

/** The number of a payment. */
public record PayId(long value) {

  /**
   * @throws IllegalArgumentException if the number is below 1
   */
  public PayId {
    if (value < 1) {
      throw new IllegalArgumentException("a pay id is 1 or more, not " + value);
    }
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
