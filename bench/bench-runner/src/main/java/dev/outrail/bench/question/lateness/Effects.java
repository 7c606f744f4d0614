package dev.outrail.bench.question.lateness;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.Written;
import java.time.Duration;

/** Stand-in until the consumer is there. */
record Effects() implements AutoCloseable {

  static Effects of(Scene scene) {
    return new Effects();
  }

  Written await(long count, Duration atMost) {
    return new Written();
  }

  long duplicates() {
    return 0;
  }

  @Override
  public void close() {}
}
