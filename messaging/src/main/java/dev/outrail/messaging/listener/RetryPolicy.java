package dev.outrail.messaging.listener;

import java.time.Duration;

/**
 * {@link Retry}, read.
 *
 * @param tries in all, 1 or more
 * @param first pause between the first and the second try, above 0
 * @param longest pause, not shorter than the first
 */
record RetryPolicy(int tries, Duration first, Duration longest) {

  /**
   * @throws IllegalArgumentException says which value makes no sense
   */
  RetryPolicy {
    if (tries < 1) {
      throw new IllegalArgumentException("tries must be 1 or more, not " + tries);
    }
    if (first.isNegative() || first.isZero()) {
      throw new IllegalArgumentException("the first pause must be longer than 0, not " + first);
    }
    if (longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "the longest pause must not be shorter than the first, %s, but is %s"
              .formatted(first, longest));
    }
  }

  /** Twice as long after each try. */
  Duration pauseAfter(int tries) {
    Duration pause = first;
    for (int each = 1; each < tries && pause.compareTo(longest) < 0; each++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
