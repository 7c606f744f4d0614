package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other tables write between the events is stepped over, however much it is. */
class OtherTablesIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int MEGABYTE = 1024 * 1024;

  @ParameterizedTest(name = "binlog compression {0}")
  @ValueSource(strings = {"OFF", "ON"})
  void eventsBetweenRowsOfOtherTablesComeInOrderAndOnce(String compression) throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      tables(relay);
      relay.start();
      List<String> payloads = new ArrayList<>();
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION binlog_transaction_compression = " + compression);
        connection.setAutoCommit(false);

        for (int i = 0; i < 30; i++) {
          ledger(connection, i, "x".repeat(i * 1_000));
          append(connection, topic, "event " + i, payloads);
          statement.execute("UPDATE ledger SET note = CONCAT(note, 'y'), state = 'paid'");
          if (i % 5 == 0) {
            append(connection, topic, "z".repeat(100_000) + i, payloads);
          }
          statement.execute("DELETE FROM outbox ORDER BY id LIMIT 1");
          statement.execute("DELETE FROM ledger WHERE id = " + (i - 3));
          if (i % 4 == 3) {
            connection.commit();
          }
        }
        ledger(connection, 1_000, "x".repeat(20 * MEGABYTE)); // more than fits into one packet
        append(connection, topic, "behind the large one", payloads);
        ledger(connection, 1_001, "small");
        connection.commit();
        append(connection, topic, "the last", payloads);
        connection.commit();
      }

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(relay.read(topic))
                      .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                      .containsExactlyElementsOf(payloads));
    }
  }

  /** Events that wait behind other tables' rows are late, although none of them is known yet. */
  @Test
  void aBacklogOfOtherTablesIsALag() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        SlowLink link = SlowLink.to(relay.testbed.mysql().host(), relay.testbed.mysql().port())) {
      relay.set("mysql.port", Integer.toString(link.port()));
      tables(relay);
      relay.start();
      relay.insert(relay.topic("t"), "key", "first");
      await().atMost(SOON).until(() -> relay.published() == 1 && relay.lagSeconds() == 0);

      link.limit(100 * 1024);
      try (Connection connection = relay.connection()) {
        for (int i = 0; i < 500; i++) {
          ledger(connection, i, "x".repeat(2_000));
        }
      }
      relay.insert(relay.topic("t"), "key", "behind the others");
      await().atMost(SOON).until(() -> relay.lagSeconds() > 1);
      assertThat(relay.published()).as("the one behind is the one that is late").isEqualTo(1);

      link.unlimited();
      await().atMost(SOON).until(() -> relay.published() == 2 && relay.lagSeconds() == 0);
    }
  }

  /** Of many types, so that a wrong guess about one cell's length would show. */
  private static void tables(RelayHarness relay) {
    relay
        .testbed
        .mysql()
        .execute(
            """
            USE %s;
            CREATE TABLE ledger (
              id BIGINT PRIMARY KEY, note LONGTEXT, doc JSON, state ENUM('new', 'paid') DEFAULT 'new', bits BIT(12),
              place POINT, amount DECIMAL(20, 4), at_time DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), year_only YEAR,
              flags SET('a', 'b'), raw_bytes VARBINARY(20));
            CREATE TABLE outbox_log LIKE ledger;
            """
                .formatted(relay.schema()));
  }

  private static void ledger(Connection connection, int id, String note) throws SQLException {
    for (String table : List.of("ledger", "outbox_log")) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO "
                  + table
                  + " (id, note, doc, bits, place, amount, year_only, flags, raw_bytes)"
                  + " VALUES (?, ?, JSON_OBJECT('a', 1, 'b', JSON_ARRAY(1, 2)), b'101', POINT(1, 2), 1.5, 2026, 'a,b', 0x00ff)")) {
        insert.setInt(1, id);
        insert.setString(2, note);
        insert.executeUpdate();
      }
    }
  }

  private static void append(
      Connection connection, String topic, String payload, List<String> payloads)
      throws SQLException {
    RelayHarness.insert(connection, topic, "key", payload);
    payloads.add(payload);
  }
}
