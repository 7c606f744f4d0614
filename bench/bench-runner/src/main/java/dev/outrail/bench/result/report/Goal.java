package dev.outrail.bench.result.report;

/**
 * What a figure or a ratio is to be.
 *
 * @param text as people write it, such as {@code ≤ ½}
 * @param atLeast whether more is better
 */
record Goal(String text, double bound, boolean atLeast) {

  static Goal atLeast(String text, double bound) {
    return new Goal("≥ " + text, bound, true);
  }

  static Goal atMost(String text, double bound) {
    return new Goal("≤ " + text, bound, false);
  }

  /** Never for what is not a number. */
  boolean holds(double value) {
    return atLeast ? value >= bound : value <= bound;
  }
}
