package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * DDL from which the parser makes another table than MySQL does, or none at all, or that it never
 * sees. What the server says of each row's columns decides: keys and payloads arrive as they were
 * written.
 */
@Tag("long")
class OutboxShapesIT {

  private static final String COLUMNS =
      "id CHAR(36) NOT NULL PRIMARY KEY, aggregatetype VARCHAR(50) NOT NULL, aggregateid VARCHAR(50) NOT NULL, type VARCHAR(50) NOT NULL";

  private static final Duration PATIENCE = RelayHarness.PATIENCE;

  private static final String EUROPEAN = "äöü€";

  /**
   * An outbox as it comes to be.
   *
   * @param payload what it can hold
   * @param asked whether the server is asked for names, which it has until the next statement
   * @param statements {@code %c} are the columns without the payload
   */
  private record Case(String payload, boolean asked, List<String> statements) {

    static Case of(String payload, String... statements) {
      return new Case(payload, false, List.of(statements));
    }

    static Case asked(String payload, String... statements) {
      return new Case(payload, true, List.of(statements));
    }
  }

  private static final List<Case> CASES =
      List.of(
          // from which the parser makes another character set
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload TEXT) COLLATE latin1_swedish_ci"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload TEXT) DEFAULT COLLATE=latin1_bin"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload VARCHAR(20) ASCII)"),
          Case.of(EUROPEAN + "жλ", "CREATE TABLE outbox (%c, payload VARCHAR(20) UNICODE)"),
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (%c)",
              "ALTER TABLE outbox ADD payload VARCHAR(20) ASCII FIRST"),
          Case.of(
              EUROPEAN + "ж",
              "CREATE TABLE outbox (%c)",
              "ALTER TABLE outbox ADD (payload VARCHAR(20) UNICODE)"),
          Case.of(
              EUROPEAN + "ж",
              "CREATE TABLE outbox (%c)",
              "ALTER TABLE outbox ADD (payload VARCHAR(9) COLLATE ucs2_bin)"),
          Case.of(
              EUROPEAN + "😀",
              "CREATE TABLE outbox (%c, payload TEXT) CHARSET latin1",
              "ALTER TABLE outbox DEFAULT CHARSET utf8mb4",
              "ALTER TABLE outbox MODIFY payload MEDIUMTEXT"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload TEXT COLLATE 'latin1_bin')"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload TEXT COLLATE \"latin1_bin\")"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload VARCHAR(20) COLLATE binary)"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload TEXT CHARACTER SET binary)"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload VARCHAR(20) BYTE)"),
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (%c, payload TEXT)",
              "ALTER TABLE outbox COLLATE latin1_german1_ci",
              "ALTER TABLE outbox MODIFY payload TEXT"),
          Case.of(
              EUROPEAN,
              "ALTER DATABASE CHARACTER SET latin1",
              "CREATE TABLE outbox (%c, payload TEXT)",
              "ALTER DATABASE CHARACTER SET utf8mb4"),
          Case.of(EUROPEAN + "ж", "CREATE TABLE outbox (%c, payload NATIONAL VARCHAR(20))"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload LONG CHARACTER SET latin1)"),
          Case.of(EUROPEAN, "CREATE TABLE outbox (%c, payload TEXT(70000) CHARACTER SET latin1)"),
          // that is in no binlog
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (%c, payload TEXT)",
              "SET sql_log_bin = 0",
              "ALTER TABLE outbox MODIFY payload TEXT CHARACTER SET latin1",
              "SET sql_log_bin = 1"),
          Case.asked(
              EUROPEAN,
              "CREATE TABLE outbox (%c, payload TEXT)",
              "SET sql_log_bin = 0",
              "ALTER TABLE outbox ADD note VARCHAR(99) FIRST, MODIFY payload VARCHAR(99) AFTER id",
              "SET sql_log_bin = 1"),
          // whose text means something else in this session
          Case.of(
              EUROPEAN,
              "SET sql_mode = 'ANSI_QUOTES'",
              "CREATE TABLE \"outbox\" (%c, \"no\"\"te\" INT, \"payload\" TEXT CHARACTER SET latin1)",
              "SET sql_mode = DEFAULT"),
          Case.of(
              EUROPEAN,
              "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
              "CREATE TABLE outbox (%c, n1 VARCHAR(9) DEFAULT '\\', n2 VARCHAR(20) DEFAULT ', n3 INT --', payload TEXT)",
              "SET sql_mode = DEFAULT"),
          // with names that the parser takes for keywords
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (manual INT, %c, parallel INT, payload TEXT CHARACTER SET latin1)",
              "ALTER TABLE outbox ADD url INT FIRST, ADD COLUMN auto INT AFTER manual",
              "ALTER TABLE outbox CHANGE url vector INT, RENAME COLUMN parallel TO url"),
          // whose columns are not those that were written down
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (%c, payload TEXT INVISIBLE, hidden INT INVISIBLE)",
              "ALTER TABLE outbox ADD g INT AS (CHAR_LENGTH(type)) VIRTUAL FIRST, ADD s VARCHAR(9) AS (UPPER(LEFT(type, 9))) STORED AFTER id",
              "CREATE INDEX f ON outbox ((UPPER(type)))"),
          // once it is visible, the generated key is one like others; no row shows that here
          Case.asked(
              EUROPEAN,
              "SET sql_generate_invisible_primary_key = ON",
              "CREATE TABLE outbox (id CHAR(36), aggregatetype VARCHAR(50), aggregateid VARCHAR(50), type VARCHAR(50), payload TEXT)",
              "SET sql_generate_invisible_primary_key = DEFAULT",
              "ALTER TABLE outbox ALTER COLUMN my_row_id SET VISIBLE",
              "ALTER TABLE outbox MODIFY payload TEXT FIRST"),
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (%c, payload TEXT)",
              "ALTER TABLE outbox ADD late VARCHAR(9) DEFAULT 'x' AFTER id, ALGORITHM = INSTANT"),
          // of which the names are not known any more
          Case.asked(
              EUROPEAN,
              "CREATE TABLE successor (%c, payload TEXT CHARACTER SET latin1)",
              "ALTER TABLE successor ADD x INT FIRST",
              "RENAME TABLE successor TO outbox"),
          Case.asked(
              EUROPEAN,
              "CREATE TABLE outbox (%c, payload TEXT CHARACTER SET latin1)",
              "ALTER TABLE outbox ADD x INT DEFAULT (JSON_VALUE('1', '$' RETURNING SIGNED)) FIRST"));

  /** Whose rows the relay reads when it is too late to ask the server for names. */
  private static final Case GENERATED_KEY =
      Case.of(
          EUROPEAN,
          "SET sql_generate_invisible_primary_key = ON",
          "CREATE TABLE outbox (id CHAR(36), aggregatetype VARCHAR(50), aggregateid VARCHAR(50), type VARCHAR(50), payload TEXT)",
          "SET sql_generate_invisible_primary_key = DEFAULT",
          "ALTER TABLE outbox ADD note VARCHAR(50) FIRST, MODIFY payload TEXT AFTER id",
          "ALTER TABLE outbox MODIFY type VARCHAR(50) FIRST");

  /** Which only {@code binlog_row_metadata=FULL} tells. */
  private static final List<Case> TOLD_IN_FULL =
      List.of(
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (%c, note TEXT, payload TEXT)",
              "SET sql_log_bin = 0",
              "ALTER TABLE outbox MODIFY payload TEXT FIRST",
              "SET sql_log_bin = 1"),
          Case.of(
              EUROPEAN,
              "CREATE TABLE outbox (id CHAR(36), aggregatetype VARCHAR(50), aggregateid ENUM('ß', 'key'), payload TEXT)",
              "SET sql_log_bin = 0",
              "ALTER TABLE outbox ADD type ENUM('größe', 'type') CHARACTER SET latin1 FIRST",
              "SET sql_log_bin = 1"));

  @Test
  void eachRowArrivesAsItWasWritten() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "shapes").start()) {
      Writer writer = new Writer(relay);

      writer.writeToNamesake("`%s`.Outbox".formatted(relay.schema()));
      relay.testbed.mysql().createDatabase(relay.schema().toUpperCase(Locale.ROOT));
      writer.writeToNamesake("`%s`.outbox".formatted(relay.schema().toUpperCase(Locale.ROOT)));
      for (Case each : CASES) {
        writer.write(each);
        if (each.asked()) {
          writer.assertAllArrived();
        }
      }
      writer.alterInLatin1();
      writer.assertAllArrived();

      relay.kill(); // the shapes are as they were stored
      writer.write(GENERATED_KEY);
      writer.alterInLatin1();
      try {
        relay.testbed.mysql().execute("SET GLOBAL binlog_row_metadata = FULL");
        for (Case each : CASES) {
          writer.write(each);
        }
        for (Case each : TOLD_IN_FULL) {
          writer.write(each);
        }
      } finally {
        relay.testbed.mysql().execute("SET GLOBAL binlog_row_metadata = MINIMAL");
      }
      relay.start();
      writer.assertAllArrived();

      writer.leaveOut("note");
      writer.assertAllArrived();
      writer.leaveOut("headers");
      relay.process().awaitLog("HALTED.*headers is missing.*binlog_row_image", PATIENCE);
    }
  }

  private static final class Writer {
    private final RelayHarness relay;
    private final String topic;
    private final List<String> written = new ArrayList<>();

    Writer(RelayHarness relay) {
      this.relay = relay;
      this.topic = relay.topic("t");
    }

    void write(Case of) throws SQLException {
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE IF EXISTS outbox");
        for (String sql : of.statements()) {
          statement.execute(sql.replace("%c", COLUMNS));
        }
        insert(connection, of.payload());
        connection.setAutoCommit(false);
        insert(connection, of.payload());
        insert(connection, "");
        connection.commit();
      }
    }

    /** Of another table, with a row that is no event, and DDL that nobody understands. */
    void writeToNamesake(String table) throws SQLException {
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE %s (%s, payload TEXT)".formatted(table, COLUMNS));
        statement.execute(
            "ALTER TABLE %s ADD x INT DEFAULT (JSON_VALUE('1', '$' RETURNING SIGNED)) FIRST"
                .formatted(table));
        statement.execute(
            "INSERT INTO %s (id, aggregatetype, aggregateid, type, payload) VALUES ('x', '%s', 'x', 'x', 'x')"
                .formatted(table, topic));
      }
    }

    /** The client says in which character set its statements are, and labels are in there, too. */
    void alterInLatin1() throws SQLException {
      String url = relay.testbed.mysql().jdbcUrl(relay.schema()) + "&characterEncoding=ISO-8859-1";
      try (Connection connection =
              DriverManager.getConnection(url, "root", relay.testbed.mysql().rootPassword());
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE IF EXISTS outbox");
        statement.execute(
            "CREATE TABLE outbox (`größe` INT, id CHAR(36), aggregatetype VARCHAR(50), aggregateid VARCHAR(50), type ENUM('größe', 'it''s', 'type'), payload TEXT)");
        insert(connection, "äöü");
        String id = UUID.randomUUID().toString();
        statement.execute(
            "INSERT INTO outbox VALUES (1, '%s', '%s', 'key', 'größe', 'ß')".formatted(id, topic));
        written.add(id + " key größe ß");
      }
    }

    void leaveOut(String column) throws SQLException {
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE outbox");
        statement.execute(
            "CREATE TABLE outbox (%s VARCHAR(9) DEFAULT 'x', %s, payload TEXT)"
                .formatted(column, COLUMNS));
        statement.execute("SET SESSION binlog_row_image = MINIMAL");
        insert(connection, EUROPEAN);
      }
    }

    private void insert(Connection connection, String payload) throws SQLException {
      String id = UUID.randomUUID().toString();
      try (var insert =
          connection.prepareStatement(
              "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (?, ?, 'key', 'type', ?)")) {
        insert.setString(1, id);
        insert.setString(2, topic);
        insert.setString(3, payload);
        insert.executeUpdate();
      }
      written.add(id + " key type " + payload);
    }

    void assertAllArrived() {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  relay.read(topic).size() >= written.size()
                      || relay.process().log().contains("HALTED"));
      assertThat(relay.read(topic).stream().map(OutboxShapesIT::told))
          .containsExactlyElementsOf(written);
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
