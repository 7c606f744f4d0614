package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
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

  /** The heap could not hold one of them while it is put together, let alone twice. */
  @Test
  void aRowTooLargeForTheHeapIsSteppedOver() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      relay.jvmArgs = RelayHarness.jvmArgs(96);
      String topic = relay.topic("t");
      tables(relay);
      relay.start();
      List<String> ids = new ArrayList<>();
      try (Connection connection = relay.connection()) {
        for (String compression : List.of("OFF", "ON")) {
          blob(connection, compression, 3);
          ids.add(RelayHarness.insert(connection, topic, "key", "behind it"));
        }
      }

      awaitIds(relay, topic, ids);
    }
  }

  @Tag("long")
  @Test
  void aRowOf120MegabytesPassesAHeapOf128() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        LargerPackets packets = new LargerPackets(relay)) {
      relay.jvmArgs = RelayHarness.jvmArgs(128);
      String topic = relay.topic("t");
      tables(relay);
      relay.start();
      List<String> ids = new ArrayList<>();
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "INSERT INTO ledger (id, note) VALUES (1, REPEAT('x', %d))".formatted(120 * MEGABYTE));
        ids.add(RelayHarness.insert(connection, topic, "key", "behind the insert"));
        statement.execute("UPDATE ledger SET note = CONCAT('y', note)");
        ids.add(RelayHarness.insert(connection, topic, "key", "behind the update"));
        statement.execute("DELETE FROM ledger");
        ids.add(RelayHarness.insert(connection, topic, "key", "behind the deletion"));
        blob(connection, "ON", 7);
        ids.add(RelayHarness.insert(connection, topic, "key", "behind the compressed one"));
        statement.execute("SET SESSION binlog_transaction_compression = OFF");
        statement.execute("SET SESSION binlog_format = STATEMENT");
        statement.execute("CREATE TABLE texts (text LONGTEXT)");
        statement.execute("INSERT INTO texts VALUES ('" + "x".repeat(40 * MEGABYTE) + "')");
        statement.execute("SET SESSION binlog_format = ROW");
        ids.add(RelayHarness.insert(connection, topic, "key", "behind the statement"));
      }

      awaitIds(relay, topic, ids);
    }
  }

  /** Every byte is a sign of life; no event comes while a large one is on its way. */
  @Tag("long")
  @Test
  void aLargeRowOverASlowLineIsNoDeadServer() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        SlowLink link = SlowLink.to(relay.testbed.mysql().host(), relay.testbed.mysql().port())) {
      relay.set("mysql.port", Integer.toString(link.port())).set("mysql.dead.after.ms", "2000");
      String topic = relay.topic("t");
      tables(relay);
      relay.start();
      List<String> ids = new ArrayList<>(List.of(relay.insert(topic, "key", "first")));
      awaitIds(relay, topic, ids);

      link.limit(4 * MEGABYTE);
      try (Connection connection = relay.connection()) {
        blob(connection, "OFF", 1);
      }
      ids.add(relay.insert(topic, "key", "behind it"));
      awaitIds(relay, topic, ids);
      assertThat(relay.process().log()).doesNotContain("RETRYING");
    }
  }

  private static void awaitIds(RelayHarness relay, String topic, List<String> ids) {
    await()
        .atMost(RelayHarness.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(relay.process().isRunning()).as(relay.process().log()).isTrue();
              assertThat(relay.ids(topic)).containsExactlyElementsOf(ids);
            });
  }

  /**
   * One of so many pieces of 16 MB. They are alike, but too far from each other for a compressor.
   */
  private static void blob(Connection connection, String compression, int pieces)
      throws SQLException {
    byte[] piece = new byte[16 * MEGABYTE];
    new Random(pieces).nextBytes(piece);
    try (Statement statement = connection.createStatement();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO pieces VALUES (?)")) {
      statement.execute("SET SESSION binlog_transaction_compression = " + compression);
      insert.setBytes(1, piece);
      insert.executeUpdate();
      statement.execute(
          "INSERT INTO blobs SELECT CONCAT(%s) FROM pieces"
              .formatted(String.join(", ", Collections.nCopies(pieces, "content"))));
      statement.execute("TRUNCATE TABLE pieces");
    }
  }

  /** Lets sessions send and write what they usually may not. */
  private static final class LargerPackets implements AutoCloseable {

    private final RelayHarness relay;
    private final long usual;

    LargerPackets(RelayHarness relay) throws SQLException {
      this.relay = relay;
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT @@GLOBAL.max_allowed_packet")) {
        result.next();
        this.usual = result.getLong(1);
      }
      set(512L * MEGABYTE);
    }

    @Override
    public void close() {
      set(usual);
    }

    private void set(long bytes) {
      relay.testbed.mysql().execute("SET GLOBAL max_allowed_packet = " + bytes);
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
            CREATE TABLE blobs (content LONGBLOB);
            CREATE TABLE pieces LIKE blobs;
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
