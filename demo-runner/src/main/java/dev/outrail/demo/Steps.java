package dev.outrail.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints what is going on, with the time that it took. Not thread-safe but for {@link #say}. */
final class Steps {

  private final PrintStream out;
  private long begun;

  Steps(PrintStream out) {
    this.out = out;
  }

  void begin(String what) {
    begun = System.nanoTime();
    say(what + " ...");
  }

  void done(String result) {
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    say(String.format(Locale.ROOT, "  %s (%.1f s)", result, took.toMillis() / 1000.0));
  }

  /** A hop of the payment, with its time since the request was sent. */
  void hop(long nanosSinceRequest, String what) {
    say(String.format(Locale.ROOT, "  %7.1f ms  %s", nanosSinceRequest / 1e6, what));
  }

  void say(String line) {
    out.println(line);
    out.flush();
  }
}
