package dev.outrail.relay.publish;

/**
 * How topics are dealt with, and how missing ones are created.
 *
 * @param create whether they are at all
 * @param replicationFactor -1 for the broker's default
 * @param minInsyncReplicas 0 for the broker's default
 * @param denied what becomes of events whose topic Kafka's ACLs keep from the relay
 */
public record TopicSettings(
    boolean create, int partitions, int replicationFactor, int minInsyncReplicas, Denied denied) {

  /** What becomes of events whose topic Kafka's ACLs keep from the relay. */
  public enum Denied {
    /** They and those behind them wait in quarantine, until the topic may be written. */
    HOLD,
    /** The relay halts before the first. */
    HALT
  }

  /** Events of denied topics are held. */
  public TopicSettings(
      boolean create, int partitions, int replicationFactor, int minInsyncReplicas) {
    this(create, partitions, replicationFactor, minInsyncReplicas, Denied.HOLD);
  }
}
