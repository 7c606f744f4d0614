package dev.outrail.payment.payment;

/** The number of an order. Sorts by number. */
public record OrderId(long value) implements Comparable<OrderId> {

  /**
   * @throws IllegalArgumentException if the number is below 1
   */
  public OrderId {
    if (value < 1) {
      throw new IllegalArgumentException("an order id is 1 or more, not " + value);
    }
  }

  @Override
  public int compareTo(OrderId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
