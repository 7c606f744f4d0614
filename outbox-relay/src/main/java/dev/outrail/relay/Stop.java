package dev.outrail.relay;

import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The wish to end, from a signal to the relay's thread. Thread-safe. */
final class Stop {

  private final CountDownLatch asked = new CountDownLatch(1);

  void ask() {
    asked.countDown();
  }

  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Waits; true if asked to stop meanwhile. */
  boolean await(Duration atMost) throws InterruptedException {
    return asked.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  void throwIfAsked() {
    if (isAsked()) {
      throw new TransientException("Asked to stop", null);
    }
  }
}
