package dev.outrail.bench.question.lateness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A time in which nothing is asked of the contender, because that is what is measured. */
final class Pause {

  private Pause() {}

  static void of(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
