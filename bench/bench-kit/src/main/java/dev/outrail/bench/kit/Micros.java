package dev.outrail.bench.kit;

import java.time.Instant;

/**
 * The clock that all processes of a run share: microseconds since 1970. They run on one machine, so
 * a time from one may be taken from a time from another.
 */
public final class Micros {

  private Micros() {}

  public static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
  }
}
