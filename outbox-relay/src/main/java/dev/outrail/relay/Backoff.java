package dev.outrail.relay;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: doubling, bounded, with jitter so that relays do not come back in step.
 * Not thread-safe.
 */
final class Backoff {

  private final Duration initial;
  private final Duration max;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration initial, Duration max, RandomGenerator random) {
    this.initial = initial;
    this.max = max;
    this.random = random;
  }

  /** The next pause: between half and all of the doubled one. */
  Duration next() {
    long doubled = initial.toMillis() << Math.min(failures, 20);
    long bounded = Math.max(1, Math.min(max.toMillis(), doubled));
    failures++;
    return Duration.ofMillis(bounded / 2 + random.nextLong(bounded / 2 + 1));
  }

  /** It works again. To be called for what has succeeded, not for what has begun. */
  void reset() {
    failures = 0;
  }
}
