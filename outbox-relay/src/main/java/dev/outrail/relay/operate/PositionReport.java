package dev.outrail.relay.operate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where the relay stands.
 *
 * @param gtids the GTID set whose outbox rows are all published; empty before the first start
 * @param partial the transaction in work; null if none
 * @param confirmedAt when Kafka confirmed this position; null if not known
 * @param serverGtids what MySQL has executed; null while it is not reachable
 * @param transactionsBehind how many transactions MySQL has executed beyond the position, of
 *     whatever tables; null while it is not reachable
 */
public record PositionReport(
    String gtids,
    @Nullable Partial partial,
    @Nullable Instant confirmedAt,
    @Nullable String serverGtids,
    @Nullable Long transactionsBehind) {

  /**
   * A transaction of which only the first outbox rows are published.
   *
   * @param rows how many
   * @param lastId the event id of the last of them
   */
  public record Partial(String gtid, long rows, String lastId) {}
}
