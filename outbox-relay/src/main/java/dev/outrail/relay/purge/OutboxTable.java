package dev.outrail.relay.purge;

import dev.outrail.relay.capture.CreatedAt;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxColumn;
import dev.outrail.relay.capture.StoredColumn;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.position.Coverage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the purge has to know about a table.
 *
 * @param exists false also if the account may not see the table
 * @param createdAt the column {@code created_at}; null if there is none
 * @param id how ids are stored; null if there is no such column, or the account may not see it
 * @param idIndex an index that {@code id} leads; null if there is none
 * @param createdAtIndex an index that {@code created_at} leads; null if there is none
 * @param foreignId an id that is no UUIDv7; null if none was found among the first and the last ids
 * @param partitions in ascending order; empty if the table has none
 */
record OutboxTable(
    TableName name,
    boolean exists,
    @Nullable CreatedAt createdAt,
    @Nullable StoredColumn id,
    @Nullable String idIndex,
    @Nullable String createdAtIndex,
    @Nullable String foreignId,
    List<Partition> partitions) {

  private static final String COLUMNS =
      """
      SELECT LOWER(column_name), LOWER(column_type) FROM information_schema.columns
      WHERE table_schema = ? AND table_name = ?
      """;

  private static final String LEADING_COLUMNS =
      """
      SELECT LOWER(column_name), index_name FROM information_schema.statistics
      WHERE table_schema = ? AND table_name = ? AND seq_in_index = 1 AND is_visible = 'YES'
      """;

  private static final String PARTITIONS =
      """
      SELECT DISTINCT partition_name, partition_method, partition_expression, partition_description,
        partition_ordinal_position
      FROM information_schema.partitions
      WHERE table_schema = ? AND table_name = ? AND partition_name IS NOT NULL
      ORDER BY partition_ordinal_position
      """;

  private static final String SOME_IDS =
      "(SELECT id FROM %1$s ORDER BY id LIMIT 100) UNION (SELECT id FROM %1$s ORDER BY id DESC LIMIT 100)";

  /**
   * Lower case only: in a binary collation, upper case digits would sort before lower case ones.
   */
  private static final Pattern UUID_V7 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  static OutboxTable inspect(MySqlServer server, Connection connection, TableName name)
      throws SQLException {
    Map<String, String> columns = new HashMap<>();
    query(connection, COLUMNS, name, row -> columns.put(row.getString(1), row.getString(2)));
    Map<String, String> leading = new HashMap<>();
    query(
        connection, LEADING_COLUMNS, name, row -> leading.put(row.getString(1), row.getString(2)));
    List<Partition> partitions = new ArrayList<>();
    query(
        connection,
        PARTITIONS,
        name,
        row ->
            partitions.add(
                new Partition(
                    row.getString(1), row.getString(2), row.getString(3), row.getString(4))));
    StoredColumn id =
        columns.isEmpty() ? null : StoredColumn.of(connection, name).get(OutboxColumn.ID);
    String idIndex = leading.get("id");
    return new OutboxTable(
        name,
        !columns.isEmpty(),
        CreatedAt.of(server, connection, name),
        id,
        idIndex,
        leading.get("created_at"),
        idIndex != null && id != null ? foreignId(connection, name, id) : null,
        List.copyOf(partitions));
  }

  /**
   * From which {@code created_at} on the rows count as read.
   *
   * @param since from which time of the server on they were read. That says something of a row only
   *     if its {@code created_at} is the server's time, too
   */
  Instant coveredFrom(Instant since) {
    boolean ofTheServer = createdAt != null && createdAt.filledByServer();
    return ofTheServer || since.equals(Coverage.EVERYTHING) ? since : Coverage.NOTHING;
  }

  /** What tells a row's age. {@link PurgeCheck} has seen to it that there is something. */
  CreatedAt time() {
    return Objects.requireNonNull(createdAt, "created_at");
  }

  /** An id as everybody else names it. */
  String text(Object stored) {
    return ids().text(stored);
  }

  /** The form in which the table stores an id that {@link #text} has named; null if it has none. */
  @Nullable Object stored(String text) {
    return ids().stored(text);
  }

  private StoredColumn ids() {
    return Objects.requireNonNull(id, "a table without ids is not purged");
  }

  private static @Nullable String foreignId(
      Connection connection, TableName name, StoredColumn column) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet ids = statement.executeQuery(SOME_IDS.formatted(name.quoted()))) {
      while (ids.next()) {
        String id = column.text(ids.getObject(1));
        if (!UUID_V7.matcher(id).matches()) {
          return id;
        }
      }
      return null;
    }
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static void query(Connection connection, String sql, TableName name, RowReader reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name.schema());
      statement.setString(2, name.table());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }
}
