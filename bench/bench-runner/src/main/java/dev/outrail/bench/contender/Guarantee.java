package dev.outrail.bench.contender;

/** What a contender's documentation promises for an event whose transaction committed. */
public enum Guarantee {
  EXACTLY_ONCE("exactly once"),
  AT_LEAST_ONCE("at least once"),
  /** May lose events, may publish events of transactions that rolled back. */
  NONE("none"),
  /** Reads and publishes nothing: a limit for the others. */
  READS_ONLY("publishes nothing");

  private final String text;

  Guarantee(String text) {
    this.text = text;
  }

  /** Whether events reach a topic at all. */
  public boolean publishes() {
    return this != READS_ONLY;
  }

  @Override
  public String toString() {
    return text;
  }
}
