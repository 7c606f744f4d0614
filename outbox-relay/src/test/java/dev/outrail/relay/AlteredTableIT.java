package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The outbox table is altered in every way, with rows before, between and after. Whatever the relay
 * was doing at that time, each row arrives once, in order, with the text that was written.
 */
@Tag("long")
class AlteredTableIT {

  private static final String TABLE =
      """
      CREATE TABLE outbox (
        id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY, aggregatetype VARCHAR(50) NOT NULL,
        aggregateid VARCHAR(50) CHARACTER SET latin1 NOT NULL, type VARCHAR(50) CHARACTER SET latin1 NOT NULL,
        payload TEXT CHARACTER SET latin1)""";

  private static final String OTHER_ORDER =
      """
      CREATE TABLE outbox (
        payload TEXT CHARACTER SET utf8mb4, type VARCHAR(50) NOT NULL, aggregateid VARCHAR(50) NOT NULL,
        aggregatetype VARCHAR(50) NOT NULL, id CHAR(36) NOT NULL PRIMARY KEY)""";

  private static final String NO_CHARSET =
      "CREATE TABLE outbox (id CHAR(36) PRIMARY KEY, aggregatetype VARCHAR(50), aggregateid VARCHAR(50), type VARCHAR(50), payload TEXT)";

  /** Each is one alteration; some take several statements. */
  private static final List<List<String>> ALTERATIONS =
      List.of(
          List.of("ALTER TABLE outbox ADD COLUMN note INT NULL FIRST"),
          List.of("ALTER TABLE outbox ADD COLUMN late INT NULL DEFAULT 7, ALGORITHM=INSTANT"),
          List.of(
              "ALTER TABLE outbox MODIFY aggregateid VARCHAR(255) CHARACTER SET latin1 NOT NULL"),
          List.of("ALTER TABLE outbox MODIFY aggregateid TEXT CHARACTER SET latin1 NOT NULL"),
          List.of("ALTER TABLE outbox CONVERT TO CHARACTER SET utf8mb4"),
          List.of("ALTER TABLE outbox MODIFY payload MEDIUMTEXT CHARACTER SET latin1"),
          List.of("ALTER TABLE outbox RENAME COLUMN note TO remark, DROP COLUMN late"),
          List.of("DELETE FROM outbox", "ALTER TABLE outbox MODIFY id BINARY(16) NOT NULL"),
          List.of("DROP TABLE outbox", OTHER_ORDER),
          List.of(
              "RENAME TABLE outbox TO outbox_old",
              "ALTER TABLE outbox_old ADD COLUMN x INT FIRST",
              "ALTER TABLE outbox_old RENAME TO outbox"),
          List.of(
              "CREATE TABLE _outbox_gho LIKE outbox",
              "ALTER TABLE _outbox_gho ADD COLUMN extra INT NULL FIRST, CONVERT TO CHARACTER SET latin1",
              "RENAME TABLE outbox TO _outbox_del, _outbox_gho TO outbox",
              "DROP TABLE _outbox_del"),
          List.of(
              TABLE.replace("outbox", "_outbox_new"),
              "RENAME TABLE outbox TO _outbox_old, _outbox_new TO outbox",
              "DROP TABLE IF EXISTS _outbox_old"),
          List.of("CREATE TABLE IF NOT EXISTS outbox (entirely INT, different INT)"),
          List.of("ALTER DATABASE %s CHARACTER SET latin1", "DROP TABLE outbox", NO_CHARSET),
          List.of("ALTER DATABASE %s COLLATE utf8mb4_bin", "DROP TABLE outbox", NO_CHARSET),
          List.of(
              "RENAME TABLE outbox TO outbox_new",
              "CREATE TABLE outbox AS SELECT payload, id, type, aggregateid, aggregatetype FROM outbox_new WHERE FALSE",
              "DROP TABLE outbox_new"),
          List.of(
              "ALTER DATABASE %s CHARACTER SET utf8mb4",
              "DROP DATABASE %s", "CREATE DATABASE %s", TABLE));

  @Test
  void whileItRuns() throws Exception {
    try (RelayHarness relay = harness().start()) {
      Writer writer = new Writer(relay);
      writer.write();
      for (List<String> alteration : ALTERATIONS) {
        writer.alter(alteration);
        writer.write();
      }

      writer.assertAllArrived();
    }
  }

  @Test
  void whileItIsDown() throws Exception {
    try (RelayHarness relay = harness().start()) {
      Writer writer = new Writer(relay);
      writer.write();
      writer.assertAllArrived();
      relay.kill();
      writer.write();
      for (List<String> alteration : ALTERATIONS) {
        writer.alter(alteration);
        writer.write();
      }

      relay.start();
      writer.assertAllArrived();
      relay.kill();
      writer.write();
      writer.alter(List.of("ALTER TABLE outbox ADD COLUMN onceMore INT FIRST"));
      relay.start();
      writer.write();
      writer.assertAllArrived();
    }
  }

  @Test
  @Tag("soak")
  void whileItIsKilledAgainAndAgain() throws Exception {
    Random random = new Random(Seed.next());
    try (RelayHarness relay = harness().start()) {
      Writer writer = new Writer(relay);
      for (List<String> alteration : ALTERATIONS) {
        writer.write();
        writer.alter(alteration);
        writer.write();
        await()
            .pollDelay(Duration.ofMillis(random.nextInt(400)))
            .until(() -> true); // anywhere between reading, publishing and storing
        relay.kill();
        writer.write();
        relay.start();
      }

      writer.assertAllArrived();
    }
  }

  private static RelayHarness harness() {
    RelayHarness relay = new RelayHarness(Testbed.shared(), "altered");
    relay.testbed.mysql().execute("USE %s; DROP TABLE outbox; %s".formatted(relay.schema(), TABLE));
    return relay;
  }

  private static final class Writer {
    private final RelayHarness relay;
    private final String topic;
    private final List<String> written = new ArrayList<>();
    private boolean binaryIds;

    Writer(RelayHarness relay) {
      this.relay = relay;
      this.topic = relay.topic("t");
    }

    void alter(List<String> statements) throws SQLException {
      try (Connection connection = relay.testbed.mysql().dataSource("").getConnection();
          Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          if (!sql.startsWith("CREATE DATABASE") && !sql.startsWith("DROP DATABASE")) {
            statement.execute("USE " + relay.schema());
          }
          statement.execute(sql.replace("%s", relay.schema()));
        }
        try (var row =
            statement.executeQuery(
                "SELECT data_type FROM information_schema.columns WHERE table_schema = '%s' AND table_name = 'outbox' AND column_name = 'id'"
                    .formatted(relay.schema()))) {
          row.next();
          binaryIds = row.getString(1).equals("binary");
        }
      }
    }

    /** Two transactions, one of them with two rows. */
    void write() throws SQLException {
      try (Connection connection = relay.connection()) {
        write(connection);
        connection.setAutoCommit(false);
        write(connection);
        write(connection);
        connection.commit();
      }
    }

    private void write(Connection connection) throws SQLException {
      String id = UUID.randomUUID().toString();
      String payload = "Grüße " + written.size();
      try (var insert =
          connection.prepareStatement(
              "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (%s, ?, 'Zürich', 'größe', ?)"
                  .formatted(binaryIds ? "UUID_TO_BIN(?)" : "?"))) {
        insert.setString(1, id);
        insert.setString(2, topic);
        insert.setString(3, payload);
        insert.executeUpdate();
      }
      written.add(id + " Zürich größe " + payload);
    }

    void assertAllArrived() {
      await()
          .atMost(RelayHarness.PATIENCE)
          .pollInterval(Duration.ofMillis(250))
          .until(() -> relay.read(topic).size() >= written.size() || halted());
      assertThat(relay.read(topic).stream().map(AlteredTableIT::told))
          .containsExactlyElementsOf(written);
    }

    private boolean halted() {
      return relay.process().log().contains("HALTED");
    }
  }

  private static String told(ConsumerRecord<byte[], byte[]> record) {
    return "%s %s %s %s"
        .formatted(
            RelayHarness.header(record, "id"),
            new String(record.key(), StandardCharsets.UTF_8),
            RelayHarness.header(record, "eventType"),
            new String(record.value(), StandardCharsets.UTF_8));
  }
}
