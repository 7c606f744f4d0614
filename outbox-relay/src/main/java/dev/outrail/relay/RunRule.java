package dev.outrail.relay;

import java.time.Duration;

/**
 * When a run is worth waiting for. A calm relay publishes each event at once, in a Kafka
 * transaction of its own; under load, waiting a few milliseconds for more makes runs large and
 * transactions cheap. Events that are late anyway, those of a backlog, lose nothing by it either,
 * however slowly they are read.
 */
public final class RunRule {

  /** A run this large says that events come faster than single transactions could carry them. */
  private static final int LARGE = 200;

  private static final Duration LATE = Duration.ofSeconds(1);

  private final int maxEvents;
  private int lastRun;
  private Duration lateness = Duration.ZERO;

  public RunRule(int maxEvents) {
    this.maxEvents = maxEvents;
  }

  /**
   * Whether to gather before taking the next run.
   *
   * @param waiting events that are there already
   */
  public boolean gather(int waiting) {
    boolean loaded = lastRun >= Math.min(LARGE, maxEvents);
    boolean behind = lastRun > 1 && lateness.compareTo(LATE) > 0;
    return (loaded || behind) && waiting < maxEvents;
  }

  /**
   * @param late how much later than their commit the last events were published
   */
  public void took(int events, Duration late) {
    lastRun = events;
    lateness = late;
  }
}
