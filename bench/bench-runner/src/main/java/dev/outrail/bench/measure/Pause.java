package dev.outrail.bench.measure;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A time that has to pass because it is what is measured, or what makes ready for it. */
public final class Pause {

  private Pause() {}

  public static void of(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
