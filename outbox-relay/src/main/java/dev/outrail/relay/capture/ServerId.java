package dev.outrail.relay.capture;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The id under which this process reads among the server's replicas. MySQL ends the older of two
 * readings with one id, so it has to be of this process alone, a standby's included: unless one is
 * set it is drawn, far above the small numbers that people give their servers. Thread-safe.
 */
public final class ServerId {

  private static final long LOWEST = 1_000_000_000L;
  private static final long BEYOND = 4_294_967_295L;

  private final boolean drawn;
  private volatile long value;

  /**
   * @param configured 0 to draw one
   */
  public ServerId(long configured) {
    this.drawn = configured == 0;
    this.value = drawn ? draw() : configured;
  }

  /** The same for each reading, so that a new one ends what the server still holds of the last. */
  public long value() {
    return value;
  }

  /** Another reader has it: the next reading takes a new one, unless it was set. */
  void taken() {
    if (drawn) {
      value = draw();
    }
  }

  private static long draw() {
    return ThreadLocalRandom.current().nextLong(LOWEST, BEYOND);
  }
}
