package dev.outrail.stock;

/** What became of stock held for an order, with the number that the table knows it by. */
public enum LockStatus {
  LOCKED(0),
  USED(1),
  RELEASED(-1);

  private final int number;

  LockStatus(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if no status has this number
   */
  public static LockStatus of(int number) {
    for (LockStatus status : values()) {
      if (status.number == number) {
        return status;
      }
    }
    throw new IllegalArgumentException("no lock status has the number " + number);
  }
}
