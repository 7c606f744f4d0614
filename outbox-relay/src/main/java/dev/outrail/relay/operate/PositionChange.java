package dev.outrail.relay.operate;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What moving the position means, or meant.
 *
 * @param executed false for a dry run
 * @param operationId its id in the audit topic; null for a dry run
 * @param before the position's GTID set before
 * @param beforePartial the transaction in work before; null if none
 * @param after the new GTID set, as MySQL writes it
 * @param skipped what will never be published by the relay because of it
 * @param repeated what is published a second time because of it
 */
public record PositionChange(
    boolean executed,
    @Nullable UUID operationId,
    String before,
    PositionReport.@Nullable Partial beforePartial,
    String after,
    Difference skipped,
    Difference repeated) {

  /**
   * A set of transactions, and the outbox events in it.
   *
   * @param gtids empty if there are none
   * @param transactions how many, of whatever tables
   * @param unreadable how many of them are not in the server's binlog (any more)
   */
  public record Difference(String gtids, long transactions, long unreadable, Events events) {}

  /** How far a count can be trusted. */
  public enum Certainty {
    EXACT,
    /** There may be more; {@link Events#why} says why. */
    AT_LEAST,
    /** Nothing could be counted; {@link Events#why} says why. */
    UNKNOWN
  }

  /**
   * Outbox events, as the binlog has them.
   *
   * @param why empty if the count is exact
   */
  public record Events(Certainty certainty, long count, List<TopicEvents> topics, String why) {

    public Events {
      topics = List.copyOf(topics);
    }
  }

  /** The events of one topic, the first and the last in binlog order. */
  public record TopicEvents(String topic, long count, String firstId, String lastId) {}

  /** The same change, carried out. */
  public PositionChange executedAs(UUID operation) {
    return new PositionChange(true, operation, before, beforePartial, after, skipped, repeated);
  }
}
