package dev.outrail.relay.purge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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
      """
      SELECT id FROM %s WHERE id < ? AND created_at < FROM_UNIXTIME(? / 1000) ORDER BY id LIMIT ?
      """;

  private static final String BY_CREATED_AT =
      """
      SELECT id FROM %s FORCE INDEX (`%s`)
      WHERE created_at < FROM_UNIXTIME(? / 1000) ORDER BY created_at LIMIT ?
      """;

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
   *   <li>Find a round of old rows, without locks.
   *   <li>Wait until Kafka has confirmed their transactions.
   *   <li>Delete them batch by batch. A crash in any gap leaves each batch deleted or not; the next
   *       pass finds what is left.
   * </ol>
   *
   * @param cutoffMillis rows written before this time (of the server's clock, since the epoch) are
   *     past retention
   * @return the rows deleted
   */
  long run(long cutoffMillis) throws SQLException, InterruptedException {
    long deleted = 0;
    while (true) {
      Set<String> kept = permission.kept();
      List<Object> found = find(cutoffMillis, ROUND + kept.size());
      boolean last = found.size() < ROUND;
      removeKept(found, kept);
      if (found.isEmpty() || !permission.await(connection)) {
        return deleted;
      }
      removeKept(found, permission.kept());
      for (int from = 0; from < found.size(); from += batchRows) {
        long begun = System.nanoTime();
        int rows = delete(found.subList(from, Math.min(found.size(), from + batchRows)));
        deleted += rows;
        listener.rowsDeleted(rows);
        if (permission.pause(rest(Duration.ofNanos(System.nanoTime() - begun)))) {
          return deleted;
        }
      }
      if (last) {
        return deleted;
      }
    }
  }

  private static void removeKept(List<Object> ids, Set<String> kept) {
    if (!kept.isEmpty()) {
      ids.removeIf(id -> kept.contains(OutboxTable.text(id)));
    }
  }

  private List<Object> find(long cutoffMillis, int atMost) throws SQLException {
    String index = table.createdAtIndex();
    String name = table.name().quoted();
    String sql =
        index == null ? BY_ID.formatted(name) : BY_CREATED_AT.formatted(name, quotable(index));
    List<Object> ids = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int parameter = 1;
      if (index == null) {
        select.setObject(parameter++, table.stored(new UUID(cutoffMillis << 16, 0)));
      }
      select.setLong(parameter++, cutoffMillis);
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
