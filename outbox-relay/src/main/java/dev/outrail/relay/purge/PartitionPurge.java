package dev.outrail.relay.purge;

import dev.outrail.relay.position.Coverage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Drops the partitions of one table that are wholly past retention and confirmed, oldest first;
 * never the last one, and none that holds a row that has to be kept.
 *
 * <p>What writers feel of it: dropping takes the table's metadata lock for a moment. If an open
 * transaction holds the table, the purge gives up after a second and leaves it to the next pass, so
 * that writers do not queue behind it for longer.
 *
 * <p>A row that is written into an old partition, with a {@code created_at} of that age, just
 * before the drop goes with it. It is published all the same, from the binlog, but can no longer be
 * replayed from the table.
 *
 * <p>For one thread.
 */
final class PartitionPurge {

  private static final int IDS_PER_QUERY = 1_000;

  private static final String OLDER =
      "SELECT COUNT(*) FROM (SELECT 1 FROM %s PARTITION (%s) WHERE created_at < ? LIMIT ?) AS found";
  private static final String HOLDS = "SELECT id FROM %s PARTITION (%s) WHERE %s IN (%s) LIMIT 1";
  private static final String DROP = "ALTER TABLE %s DROP PARTITION %s";

  /** Later than any row's time, and still a time for MySQL. */
  private static final Instant LATEST = Instant.parse("9999-12-30T00:00:00Z");

  private final Connection connection;
  private final OutboxTable table;
  private final Permission permission;
  private final PurgeListener listener;

  PartitionPurge(
      Connection connection, OutboxTable table, Permission permission, PurgeListener listener) {
    this.connection = connection;
    this.table = table;
    this.permission = permission;
    this.listener = listener;
  }

  /**
   * Drops all that may go. A crash leaves each partition dropped or not; MySQL's DDL is atomic.
   *
   * @param cutoff rows written before this time of the server's clock are past retention
   * @return the partitions dropped
   */
  List<String> run(Instant cutoff) throws SQLException, InterruptedException {
    Coverage coverage = permission.coverage();
    Instant from = table.coveredFrom(coverage.since(table.name()));
    List<Partition> old = withoutKept(covered(old(cutoff), from));
    if (old.isEmpty() || !permission.await(connection, coverage)) {
      return List.of();
    }
    List<String> dropped = new ArrayList<>();
    for (Partition partition : withoutKept(covered(old, from))) {
      if (!permission.mustStop()) {
        try (Statement drop = connection.createStatement()) {
          drop.execute(DROP.formatted(table.name().quoted(), partition.quoted()));
        }
        dropped.add(partition.name());
        listener.partitionDropped();
      }
    }
    return dropped;
  }

  /** Old rows that stay because the relay may not have read them, counted up to a bound. */
  long heldBack(Instant cutoff, int countAtMost) throws SQLException {
    Instant from = table.coveredFrom(permission.coverage().since(table.name()));
    long rows = 0;
    for (Partition partition : old(cutoff)) {
      rows += from.equals(Coverage.EVERYTHING) ? 0 : older(partition, from, countAtMost);
    }
    return Math.min(rows, countAtMost);
  }

  private List<Partition> old(Instant cutoff) {
    List<Partition> all = table.partitions();
    return all.subList(0, Math.max(0, all.size() - 1)).stream()
        .filter(
            partition -> partition.whollyBefore(cutoff.getEpochSecond(), table.time().day(cutoff)))
        .toList();
  }

  /** Those without a row that the relay may not have read. */
  private List<Partition> covered(List<Partition> candidates, Instant from) throws SQLException {
    if (from.equals(Coverage.EVERYTHING)) {
      return candidates;
    }
    List<Partition> covered = new ArrayList<>();
    for (Partition candidate : candidates) {
      if (older(candidate, from, 1) == 0) {
        covered.add(candidate);
      }
    }
    return covered;
  }

  /** Its rows from before the given time. Only where that lies in the partition, rows are read. */
  private long older(Partition partition, Instant than, int countAtMost) throws SQLException {
    int index = table.partitions().indexOf(partition);
    Instant from = than.equals(Coverage.NOTHING) ? LATEST : than;
    Instant up = from.plusSeconds(1);
    if (index > 0
        && table
            .partitions()
            .get(index - 1)
            .endsAtOrAfter(up.getEpochSecond(), table.time().day(up) + 1)) {
      return 0;
    }
    try (PreparedStatement select =
        connection.prepareStatement(OLDER.formatted(table.name().quoted(), partition.quoted()))) {
      select.setString(1, table.time().literal(from));
      select.setInt(2, countAtMost);
      try (ResultSet result = select.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  private List<Partition> withoutKept(List<Partition> candidates) throws SQLException {
    Kept kept = permission.kept();
    List<Object> ids = kept.ids().stream().map(table::stored).filter(Objects::nonNull).toList();
    List<Partition> free = new ArrayList<>();
    for (Partition candidate : candidates) {
      if (!holdsOneOf(candidate, "id", ids)
          && !holdsOneOf(candidate, "aggregatetype", List.copyOf(kept.topics()))) {
        free.add(candidate);
      }
    }
    return free;
  }

  private boolean holdsOneOf(Partition partition, String column, List<Object> values)
      throws SQLException {
    for (int from = 0; from < values.size(); from += IDS_PER_QUERY) {
      List<Object> some = values.subList(from, Math.min(values.size(), from + IDS_PER_QUERY));
      String marks = String.join(",", Collections.nCopies(some.size(), "?"));
      try (PreparedStatement select =
          connection.prepareStatement(
              HOLDS.formatted(table.name().quoted(), partition.quoted(), column, marks))) {
        for (int i = 0; i < some.size(); i++) {
          select.setObject(i + 1, some.get(i));
        }
        try (ResultSet found = select.executeQuery()) {
          if (found.next()) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
