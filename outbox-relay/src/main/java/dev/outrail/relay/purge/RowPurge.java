package dev.outrail.relay.purge;

import dev.outrail.relay.position.Coverage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Deletes the rows of one table that are past retention and confirmed.
 *
 * <p>What writers feel of it: nothing. Rows are found without locks. Each batch is one statement
 * and one transaction at READ COMMITTED that locks the rows it deletes, by primary key, and no gap
 * between them. It never waits longer than a second for a lock, and rests after each batch for as
 * long as the batch took.
 *
 * <p>For one thread.
 */
final class RowPurge {

  /** Ids held in memory between finding and deleting them, at most. */
  private static final int ROUND = 20_000;

  private static final Duration SHORTEST_REST = Duration.ofMillis(5);
  private static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** A UUIDv7 begins with its time in ms, so the primary key itself finds old rows. */
  private static final String BY_ID =
      "SELECT id FROM %s WHERE id < ? AND created_at < ?%s ORDER BY id LIMIT ?";

  private static final String BY_CREATED_AT =
      "SELECT id FROM %s FORCE INDEX (`%s`) WHERE created_at < ?%s ORDER BY created_at LIMIT ?";

  private static final String COVERED = " AND created_at >= ?";

  /** By the column's collation, which may take more for equal: that keeps more. */
  private static final String NOT_OF = " AND aggregatetype NOT IN (%s)";

  /** Without the hint, a small table may be scanned, and the scan meets the locks of writers. */
  private static final String DELETE = "DELETE /*+ INDEX(`%s` `%s`) */ FROM %s WHERE id IN (%s)";

  private final Connection connection;
  private final OutboxTable table;
  private final int batchRows;
  private final Permission permission;
  private final PurgeListener listener;

  RowPurge(
      Connection connection,
      OutboxTable table,
      int batchRows,
      Permission permission,
      PurgeListener listener) {
    this.connection = connection;
    this.table = table;
    this.batchRows = batchRows;
    this.permission = permission;
    this.listener = listener;
  }

  /**
   * Deletes all that may go, round by round.
   *
   * <ol>
   *   <li>Find a round of old rows that the relay has read, without locks.
   *   <li>Wait until Kafka has confirmed their transactions.
   *   <li>Delete them batch by batch. A crash in any gap leaves each batch deleted or not; the next
   *       pass finds what is left.
   * </ol>
   *
   * @param cutoff rows written before this time of the server's clock are past retention
   * @return the rows deleted
   */
  long run(Instant cutoff) throws SQLException, InterruptedException {
    long deleted = 0;
    while (true) {
      Kept kept = permission.kept();
      Coverage coverage = permission.coverage();
      List<Object> found =
          find(
              cutoff,
              table.coveredFrom(coverage.since(table.name())),
              kept.topics(),
              ROUND + kept.ids().size());
      boolean last = found.size() < ROUND;
      removeKept(found, kept.ids());
      if (found.isEmpty() || !permission.await(connection, coverage)) {
        return deleted;
      }
      Kept now = permission.kept();
      if (!kept.topics().containsAll(now.topics())) {
        continue; // events of a topic are held since the rows were looked up
      }
      removeKept(found, now.ids());
      for (int from = 0; from < found.size(); from += batchRows) {
        long begun = System.nanoTime();
        int rows = delete(found.subList(from, Math.min(found.size(), from + batchRows)));
        deleted += rows;
        listener.rowsDeleted(rows);
        if (permission.pause(rest(Duration.ofNanos(System.nanoTime() - begun)))
            || permission.mustStop()) {
          return deleted;
        }
      }
      if (last) {
        return deleted;
      }
    }
  }

  private void removeKept(List<Object> ids, Set<String> kept) {
    if (!kept.isEmpty()) {
      ids.removeIf(id -> kept.contains(table.text(id)));
    }
  }

  /** Old rows that stay because the relay may not have read them, counted up to a bound. */
  long heldBack(Instant cutoff, int countAtMost) throws SQLException {
    Instant from = table.coveredFrom(permission.coverage().since(table.name()));
    Instant before = from.isBefore(cutoff) ? from : cutoff;
    return from.equals(Coverage.EVERYTHING)
        ? 0
        : find(before, Coverage.EVERYTHING, Set.of(), countAtMost).size();
  }

  private List<Object> find(Instant before, Instant from, Set<String> without, int atMost)
      throws SQLException {
    if (!from.isBefore(before)) {
      return new ArrayList<>();
    }
    String index = table.createdAtIndex();
    String name = table.name().quoted();
    boolean all = from.equals(Coverage.EVERYTHING);
    String covered =
        (all ? "" : COVERED)
            + (without.isEmpty()
                ? ""
                : NOT_OF.formatted(String.join(",", Collections.nCopies(without.size(), "?"))));
    String sql =
        index == null
            ? BY_ID.formatted(name, covered)
            : BY_CREATED_AT.formatted(name, quotable(index), covered);
    List<Object> ids = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int parameter = 1;
      if (index == null) {
        select.setObject(
            parameter++, table.stored(new UUID(before.toEpochMilli() << 16, 0).toString()));
      }
      select.setString(parameter++, table.time().literal(before));
      if (!all) {
        select.setString(parameter++, table.time().literal(from));
      }
      for (String topic : without) {
        select.setString(parameter++, topic);
      }
      select.setInt(parameter, atMost);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1));
        }
      }
    }
    return ids;
  }

  /** Rows that somebody else has deleted meanwhile are no concern. */
  private int delete(List<Object> ids) throws SQLException {
    String sql =
        DELETE.formatted(
            quotable(table.name().table()),
            quotable(String.valueOf(table.idIndex())),
            table.name().quoted(),
            String.join(",", Collections.nCopies(ids.size(), "?")));
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      for (int i = 0; i < ids.size(); i++) {
        delete.setObject(i + 1, ids.get(i));
      }
      return delete.executeUpdate();
    }
  }

  private static Duration rest(Duration took) {
    if (took.compareTo(SHORTEST_REST) < 0) {
      return SHORTEST_REST;
    }
    return took.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : took;
  }

  private static String quotable(String name) {
    return name.replace("`", "``");
  }
}
