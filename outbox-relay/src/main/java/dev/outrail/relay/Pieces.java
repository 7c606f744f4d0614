package dev.outrail.relay;

/**
 * How much of a run is tried at once while Kafka refuses some of its events: after the second
 * refusal in a row only half, and half of that, so that the good ones get through beside what is
 * really refused; and more again, each time that a piece has.
 */
final class Pieces {

  private int size = Integer.MAX_VALUE;
  private int refusedInARow;

  /** The most events to be tried at once. */
  int size() {
    return size;
  }

  /**
   * @param tried how many events the transaction held that Kafka refused one of
   */
  void refused(int tried) {
    refusedInARow++;
    if (refusedInARow > 1) {
      size = Math.max(1, tried / 2);
    }
  }

  void passed() {
    refusedInARow = 0;
    size = size > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * size;
  }
}
