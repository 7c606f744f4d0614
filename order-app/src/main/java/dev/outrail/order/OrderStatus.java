package dev.outrail.order;

/** Where an order stands, with the number that the table and the clients know it by. */
public enum OrderStatus {
  /** Its stock is being locked; nobody but its submission may see it. */
  SUBMITTED(0),
  UNPAID(1),
  PAID(2),
  SHIPPED(3),
  SUCCESS(5),
  CLOSED(6);

  private final int number;

  OrderStatus(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if no status has this number
   */
  public static OrderStatus of(int number) {
    for (OrderStatus status : values()) {
      if (status.number == number) {
        return status;
      }
    }
    throw new IllegalArgumentException("no order status has the number " + number);
  }
}
