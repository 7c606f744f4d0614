package dev.outrail.relay.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How many events per second were published lately, by whole seconds; the running one does not
 * count. Thread-safe.
 */
public final class Throughput {

  private static final int SECONDS = 64;

  private final InstantSource clock;
  private final Instant begin;
  private final long[] second = new long[SECONDS];
  private final long[] events = new long[SECONDS];

  Throughput(InstantSource clock) {
    this.clock = clock;
    this.begin = clock.instant();
  }

  synchronized void add(int published) {
    long now = clock.instant().getEpochSecond();
    int slot = Math.floorMod(now, SECONDS);
    if (second[slot] != now) {
      second[slot] = now;
      events[slot] = 0;
    }
    events[slot] += published;
  }

  /**
   * The mean over the last full seconds, or over the life of the process if that is shorter.
   *
   * @param over at most 60 s
   */
  public synchronized double perSecond(Duration over) {
    Instant now = clock.instant();
    long wanted = Math.min(over.toSeconds(), 60);
    long last = now.getEpochSecond() - 1;
    long first = last - wanted + 1;
    long sum = 0;
    for (int slot = 0; slot < SECONDS; slot++) {
      if (second[slot] >= first && second[slot] <= last) {
        sum += events[slot];
      }
    }
    long lived = Math.max(1, Math.min(wanted, Duration.between(begin, now).toSeconds()));
    return (double) sum / lived;
  }
}
