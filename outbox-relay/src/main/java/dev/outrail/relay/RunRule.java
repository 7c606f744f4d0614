package dev.outrail.relay;

/**
 * When a run is worth waiting for. A calm relay publishes each event at once, in a Kafka
 * transaction of its own; under load, waiting a few milliseconds for more makes runs large and
 * transactions cheap.
 */
final class RunRule {

  /** A run this large says that events come faster than single transactions could carry them. */
  private static final int LARGE = 200;

  private final int maxEvents;
  private int lastRun;

  RunRule(int maxEvents) {
    this.maxEvents = maxEvents;
  }

  /**
   * Whether to gather before taking the next run.
   *
   * @param waiting events that are there already
   */
  boolean gather(int waiting) {
    return lastRun >= Math.min(LARGE, maxEvents) && waiting < maxEvents;
  }

  void took(int events) {
    lastRun = events;
  }
}
