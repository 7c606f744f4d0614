package dev.outrail.bench.measure;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A time that has to pass because it is what is measured, or what makes ready for it; or until
 * something has happened that nobody tells of.
 */
public final class Pause {

  private Pause() {}

  public static void of(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /**
   * Asks until the answer is yes, with a pause behind each no.
   *
   * @return whether it was within the time
   */
  public static boolean until(BooleanSupplier condition, Duration pause, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      of(pause);
    }
    return true;
  }
}
