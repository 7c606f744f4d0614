package dev.outrail.bench.poller;

import dev.outrail.bench.kit.Payment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The table that is polled.
 *
 * @param batch how many rows are taken at once, at most
 */
record PolledOutbox(int batch) {

  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS polled_outbox (
        id         BIGINT AUTO_INCREMENT PRIMARY KEY,
        record_key VARCHAR(255) NOT NULL,
        payload    MEDIUMTEXT NOT NULL,
        created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))
      """;

  private static final String APPEND =
      "INSERT INTO polled_outbox (record_key, payload) VALUES (?, ?)";

  private static final String TAKE =
      """
      SELECT id, record_key, payload FROM polled_outbox ORDER BY id LIMIT ?
      FOR UPDATE SKIP LOCKED
      """;

  private static final String DELETE = "DELETE FROM polled_outbox WHERE id IN (%s)";

  record Row(long id, String key, String payload) {}

  void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    }
  }

  void append(Connection connection, Payment payment) throws SQLException {
    try (PreparedStatement append = connection.prepareStatement(APPEND)) {
      append.setString(1, Long.toString(payment.key()));
      append.setString(2, payment.json());
      append.executeUpdate();
    }
  }

  /** The oldest rows that no other transaction holds, locked until the end of this one. */
  List<Row> take(Connection connection) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement take = connection.prepareStatement(TAKE)) {
      take.setInt(1, batch);
      try (ResultSet result = take.executeQuery()) {
        while (result.next()) {
          rows.add(new Row(result.getLong(1), result.getString(2), result.getString(3)));
        }
      }
    }
    return rows;
  }

  /**
   * @throws IllegalStateException if not all of them were there
   */
  void delete(Connection connection, List<Row> rows) throws SQLException {
    String ids = rows.stream().map(row -> Long.toString(row.id())).collect(Collectors.joining(","));
    try (Statement statement = connection.createStatement()) {
      int deleted = statement.executeUpdate(DELETE.formatted(ids));
      if (deleted != rows.size()) {
        throw new IllegalStateException(
            "Deleted %d rows, expected %d".formatted(deleted, rows.size()));
      }
    }
  }
}
