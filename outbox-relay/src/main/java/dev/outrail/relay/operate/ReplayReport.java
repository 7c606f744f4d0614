package dev.outrail.relay.operate;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a replay selects, and what came of it.
 *
 * @param state DRY_RUN, RUNNING, DONE or FAILED
 * @param operationId its id in the audit topic and in the header {@code replay} of each record;
 *     null for a dry run
 * @param selected how many rows meet the criteria
 * @param payloadBytes bytes of their payloads together, as stored
 * @param published how many have been published again so far
 * @param groups selected rows per topic and type
 * @param first the oldest selected row; null if there are none
 * @param last the youngest
 * @param missing ids that were asked for and are in no table (purged, or never there)
 * @param later rows that meet the criteria, too, and are not selected because they bear a time
 *     later than now: their writer's clock is ahead, or {@code outbox.created.at.zone} is wrong
 * @param order how the rows are ordered
 */
public record ReplayReport(
    State state,
    @Nullable UUID operationId,
    long selected,
    long payloadBytes,
    long published,
    List<Group> groups,
    @Nullable End first,
    @Nullable End last,
    List<String> missing,
    long later,
    String order) {

  /** How far it is. */
  public enum State {
    DRY_RUN,
    RUNNING,
    DONE,
    /** It ended early; what was published before stays published. */
    FAILED
  }

  /** Rows of one topic and type. */
  public record Group(String topic, String type, long count) {}

  /**
   * An end of the selection.
   *
   * @param createdAt null if the table has no such column
   */
  public record End(String id, @Nullable Instant createdAt) {}

  public ReplayReport {
    groups = List.copyOf(groups);
    missing = List.copyOf(missing);
  }

  /** The same selection, as far as it has been carried out. */
  public ReplayReport as(State next, UUID operation, long publishedSoFar) {
    return new ReplayReport(
        next,
        operation,
        selected,
        payloadBytes,
        publishedSoFar,
        groups,
        first,
        last,
        missing,
        later,
        order);
  }
}
