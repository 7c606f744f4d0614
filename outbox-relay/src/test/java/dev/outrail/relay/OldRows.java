package dev.outrail.relay;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Outbox rows that look as if they had been written some time ago, by a writer that makes UUIDv7.
 */
final class OldRows {

  private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

  private OldRows() {}

  static synchronized String id(Instant time) {
    return IDS.construct(time.toEpochMilli()).toString();
  }

  /** One row in the open transaction, or committed by itself; its id. */
  static String insert(Connection connection, String topic, Duration age) throws SQLException {
    Instant createdAt = Instant.now().minus(age);
    return insert(connection, topic, id(createdAt), createdAt);
  }

  static String insert(Connection connection, String topic, String id, Instant createdAt)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at)
            VALUES (%s, ?, 'k', 'test.v1', '1', FROM_UNIXTIME(? / 1000))
            """
                .formatted(binaryIds(connection) ? "UUID_TO_BIN(?)" : "?"))) {
      insert.setString(1, id);
      insert.setString(2, topic);
      insert.setLong(3, createdAt.toEpochMilli());
      insert.executeUpdate();
    }
    return id;
  }

  /**
   * Many rows in one statement, a millisecond from one to the next, the last of the given age.
   *
   * @param first the number of the first; makes ids distinct
   */
  static void fill(Connection connection, String topic, long first, int rows, Duration age)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION cte_max_recursion_depth = 10000000");
      statement.execute(
          """
          INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at)
          WITH RECURSIVE
            n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1$d),
            rows_to_be (i, ms) AS (SELECT i, %2$d + i FROM n)
          SELECT
            LOWER(CONCAT(
              LPAD(HEX(ms >> 16), 8, '0'), '-', LPAD(HEX(ms & 65535), 4, '0'), '-7', LPAD(HEX(i & 4095), 3, '0'),
              '-8000-', LPAD(HEX(%3$d + i), 12, '0'))),
            '%4$s', CONCAT('old-', i MOD 7), 'test.v1', CONCAT('{"number":', %3$d + i, ',"filler":"', REPEAT('x', 200), '"}'),
            FROM_UNIXTIME(ms / 1000)
          FROM rows_to_be
          """
              .formatted(rows, Instant.now().minus(age).toEpochMilli() - rows, first, topic));
    }
  }

  static List<String> ids(Connection connection) throws SQLException {
    List<String> ids = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT %s FROM outbox ORDER BY id"
                    .formatted(binaryIds(connection) ? "BIN_TO_UUID(id)" : "id"))) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  static String executed(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return result.getString(1).replace("\n", "");
    }
  }

  private static boolean binaryIds(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT id FROM outbox LIMIT 0")) {
      return none.getMetaData().getColumnTypeName(1).equals("BINARY");
    }
  }
}
