package dev.outrail.relay.purge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

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

  private static final String DAY = "SELECT TO_DAYS(FROM_UNIXTIME(?))";
  private static final String HOLDS = "SELECT id FROM %s PARTITION (%s) WHERE id IN (%s) LIMIT 1";
  private static final String DROP = "ALTER TABLE %s DROP PARTITION %s";

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
   * @param cutoffMillis rows written before this time (of the server's clock, since the epoch) are
   *     past retention
   * @return the partitions dropped
   */
  List<String> run(long cutoffMillis) throws SQLException, InterruptedException {
    List<Partition> old = withoutKept(old(cutoffMillis));
    if (old.isEmpty() || !permission.await(connection)) {
      return List.of();
    }
    List<String> dropped = new ArrayList<>();
    for (Partition partition : withoutKept(old)) {
      if (!permission.isEnded()) {
        try (Statement drop = connection.createStatement()) {
          drop.execute(DROP.formatted(table.name().quoted(), partition.quoted()));
        }
        dropped.add(partition.name());
        listener.partitionDropped();
      }
    }
    return dropped;
  }

  private List<Partition> old(long cutoffMillis) throws SQLException {
    long seconds = cutoffMillis / 1_000;
    long day;
    try (PreparedStatement select = connection.prepareStatement(DAY)) {
      select.setLong(1, seconds);
      try (ResultSet result = select.executeQuery()) {
        result.next();
        day = result.getLong(1);
      }
    }
    List<Partition> all = table.partitions();
    return all.subList(0, Math.max(0, all.size() - 1)).stream()
        .filter(partition -> partition.whollyBefore(seconds, day))
        .toList();
  }

  private List<Partition> withoutKept(List<Partition> candidates) throws SQLException {
    Set<String> kept = permission.kept();
    List<Partition> free = new ArrayList<>();
    for (Partition candidate : candidates) {
      if (!holdsOneOf(candidate, kept)) {
        free.add(candidate);
      }
    }
    return free;
  }

  private boolean holdsOneOf(Partition partition, Set<String> kept) throws SQLException {
    List<Object> ids = kept.stream().map(table::stored).toList();
    for (int from = 0; from < ids.size(); from += IDS_PER_QUERY) {
      List<Object> some = ids.subList(from, Math.min(ids.size(), from + IDS_PER_QUERY));
      String marks = String.join(",", Collections.nCopies(some.size(), "?"));
      try (PreparedStatement select =
          connection.prepareStatement(
              HOLDS.formatted(table.name().quoted(), partition.quoted(), marks))) {
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
