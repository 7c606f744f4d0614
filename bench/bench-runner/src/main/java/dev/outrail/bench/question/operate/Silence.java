package dev.outrail.bench.question.operate;

import java.util.Arrays;

/** A time in which a reader sees nothing. */
final class Silence {

  private Silence() {}

  /**
   * The longest between two arrivals of which the second is later than {@code after}; 0 if there is
   * none.
   *
   * @param seen when each event arrived, in any order; 0 for one that did not
   */
  static long longest(long[] seen, long after) {
    long[] ascending = seen.clone();
    Arrays.sort(ascending);
    long longest = 0;
    for (int i = 1; i < ascending.length; i++) {
      if (ascending[i] > after && ascending[i - 1] > 0) {
        longest = Math.max(longest, ascending[i] - ascending[i - 1]);
      }
    }
    return longest;
  }
}
