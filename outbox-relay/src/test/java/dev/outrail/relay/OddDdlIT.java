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
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DDL of every sort beside the outbox, and DDL about it that the parser does not know. */
@Tag("long")
class OddDdlIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** {@code %s} makes a name unique on the server. Some are syntax of some releases only. */
  private static final List<String> STATEMENTS =
      List.of(
          "CREATE TABLE other (i INT PRIMARY KEY, url INT, manual INT, parallel INT, j JSON, g INT AS (i * 2) STORED)",
          "ALTER TABLE other ADD COLUMN v VARCHAR(20) DEFAULT (UPPER('x')), ADD INDEX ((CAST(j->'$.a' AS UNSIGNED ARRAY)))",
          "ALTER TABLE other ADD COLUMN qualify INT INVISIBLE, ADD CONSTRAINT c CHECK (i > 0) NOT ENFORCED",
          "ALTER TABLE other AUTOEXTEND_SIZE = 4M, ALGORITHM = INPLACE",
          "CREATE TABLE outbox_archive LIKE outbox",
          "ALTER TABLE outbox_archive ADD COLUMN url VARCHAR(200), ADD COLUMN generate INT",
          "ALTER TABLE outbox_archive PARTITION BY KEY (id) PARTITIONS 4",
          "ALTER TABLE outbox_archive COALESCE PARTITION 1",
          "CREATE TABLE my_outbox (bulk INT, url INT)",
          "CREATE TABLE copy_of AS SELECT * FROM outbox WHERE FALSE",
          "CREATE TEMPORARY TABLE outbox (entirely INT, different INT)",
          "DROP TEMPORARY TABLE outbox",
          "CREATE VIEW seen AS SELECT id, type FROM outbox",
          "ALTER ALGORITHM = MERGE VIEW seen AS TABLE outbox",
          "CREATE OR REPLACE SQL SECURITY INVOKER VIEW seen AS WITH RECURSIVE n AS (SELECT 1 UNION ALL VALUES ROW(2)) SELECT n.* FROM n, LATERAL (SELECT 2) AS l",
          "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK; ALTER TABLE outbox ADD COLUMN url INT; END",
          "ALTER PROCEDURE p COMMENT 'about outbox'",
          "CREATE FUNCTION f(i INT) RETURNS INT DETERMINISTIC RETURN i + (SELECT COUNT(*) FROM outbox)",
          "CREATE TRIGGER t BEFORE UPDATE ON outbox FOR EACH ROW SET NEW.type = UPPER(NEW.type)",
          "DROP TRIGGER t",
          "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM outbox WHERE created_at < NOW() - INTERVAL 1 DAY",
          "ALTER EVENT e COMMENT 'purges outbox'",
          "CREATE INDEX by_type ON outbox (type DESC) INVISIBLE",
          "DROP INDEX by_type ON outbox ALGORITHM = INPLACE LOCK = NONE",
          "CREATE USER 'someone_%s'@'%%' IDENTIFIED WITH caching_sha2_password BY 'x' REQUIRE SSL PASSWORD EXPIRE INTERVAL 9 DAY FAILED_LOGIN_ATTEMPTS 3 ATTRIBUTE '{\"a\": \"outbox\"}'",
          "ALTER USER 'someone_%s'@'%%' IDENTIFIED BY 'y' RETAIN CURRENT PASSWORD",
          "CREATE ROLE 'role_%s'",
          "GRANT SELECT (id), INSERT ON outbox TO 'role_%s'",
          "GRANT 'role_%s' TO 'someone_%s'@'%%' WITH ADMIN OPTION",
          "SET DEFAULT ROLE ALL TO 'someone_%s'@'%%'",
          "REVOKE INSERT ON TABLE outbox FROM 'role_%s'",
          "RENAME USER 'someone_%s'@'%%' TO 'somebody_%s'@'%%'",
          "DROP USER IF EXISTS 'somebody_%s'@'%%'",
          "DROP ROLE 'role_%s'",
          "CREATE TABLESPACE `outbox_%s` ADD DATAFILE 'outbox_%s.ibd' ENGINE = InnoDB",
          "DROP TABLESPACE `outbox_%s`",
          "CREATE SERVER `s_%s` FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'outbox', DATABASE 'x')",
          "DROP SERVER `s_%s`",
          "CREATE DATABASE `elsewhere_%s` CHARACTER SET latin1 ENCRYPTION = 'N'",
          "ALTER DATABASE `elsewhere_%s` READ ONLY = 1",
          "ALTER DATABASE `elsewhere_%s` READ ONLY = 0",
          "CREATE TABLE `elsewhere_%s`.outbox (id INT, other INT)",
          "ALTER TABLE `elsewhere_%s`.outbox ADD COLUMN third INT FIRST",
          "DROP DATABASE `elsewhere_%s`",
          "ANALYZE TABLE outbox UPDATE HISTOGRAM ON type WITH 4 BUCKETS",
          "OPTIMIZE TABLE outbox",
          "FLUSH TABLES outbox",
          "XA START 'x'",
          "XA END 'x'",
          "XA PREPARE 'x'",
          "XA ROLLBACK 'x'",
          "DROP TABLE IF EXISTS other, copy_of, my_outbox",
          "DROP VIEW seen");

  @Test
  void noStatementBesideTheOutboxStopsIt() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "odd").start()) {
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      int executed = 0;
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        for (String sql : STATEMENTS) {
          try {
            statement.execute(sql.replace("%s", relay.suffix).replace("%%", "%"));
            executed++;
          } catch (SQLException e) {
            System.out.println("OddDdlIT: not in this release: " + sql + ": " + e.getMessage());
          }
          ids.add(relay.insert(topic, "k", sql));
        }
      }

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(ids));
      assertThat(relay.process().log()).doesNotContain("HALTED").doesNotContain("RETRYING");
      System.out.printf("OddDdlIT: %d of %d statements executed%n", executed, STATEMENTS.size());
      assertThat(executed).isGreaterThan(STATEMENTS.size() * 8 / 10);
    }
  }

  /** Which names its columns had is not known: not from the DDL, and the table has others now. */
  @Test
  void haltsAtRowsBehindAStatementThatIsNotUnderstoodIfTheTableWasAlteredAgain() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "odd").start()) {
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      ids.add(relay.insert(topic, "k", "before"));
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
      relay.kill();
      String use = "USE %s; ".formatted(relay.schema());
      String notUnderstood =
          "ALTER TABLE outbox ADD COLUMN x INT DEFAULT (JSON_VALUE('1','$' RETURNING SIGNED)) FIRST";
      relay.testbed.mysql().execute(use + notUnderstood);
      relay.insert(topic, "k", "between");
      relay.testbed.mysql().execute(use + "ALTER TABLE outbox ADD INDEX (type)");
      String behind = executed(relay);
      ids.add(relay.insert(topic, "k", "after"));

      relay
          .launch()
          .awaitLog(
              "HALTED.*not known.*JSON_VALUE.*not understood.*ADD INDEX.*relay position set", SOON);
      assertThat(relay.ids(topic)).containsExactly(ids.get(0));
      goesOnBehind(behind, relay, topic, ids);
    }
  }

  @Test
  void haltsAtARowOfAnXaTransactionThatMayYetBeRolledBack() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "odd").start()) {
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      ids.add(relay.insert(topic, "k", "before"));
      String xa = "'%s'".formatted(relay.suffix);
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("USE " + relay.schema());
        statement.execute("XA START " + xa);
        RelayHarness.insert(connection, topic, "k", "never happened");
        statement.execute("XA END " + xa);
        statement.execute("XA PREPARE " + xa);

        relay.process().awaitLog("HALTED.*XA transaction.*relay position set", SOON);
        statement.execute("XA ROLLBACK " + xa);
      }
      String behind = executed(relay);
      ids.add(relay.insert(topic, "k", "after"));

      assertThat(relay.ids(topic)).containsExactly(ids.get(0));
      goesOnBehind(behind, relay, topic, ids);
    }
  }

  /** One by its name, and one by way of the session's database, in a compressed transaction. */
  @Test
  void haltsAtRowsThatWereWrittenAsAStatementAndNotAtThoseOfOtherTables() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "odd").start()) {
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE checksums (t TEXT)");
        statement.execute("SET SESSION binlog_format = 'STATEMENT'");
        statement.execute("REPLACE INTO checksums SELECT 'INSERT INTO outbox' FROM outbox LIMIT 1");
        statement.execute("UPDATE outbox SET type = 'x' WHERE FALSE");
        ids.add(relay.insert(topic, "k", "behind statements about other things"));
        await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
        statement.execute("SET SESSION binlog_transaction_compression = ON");
        statement.execute("USE " + relay.schema());
        RelayHarness.insert(connection, topic, "k", "as a statement");
      }

      relay.process().awaitLog("HALTED.*as the statement that made them.*relay position set", SOON);

      String behind = executed(relay);
      ids.add(relay.insert(topic, "k", "after"));
      goesOnBehind(behind, relay, topic, ids);
    }
  }

  private static void goesOnBehind(String gtids, RelayHarness relay, String topic, List<String> ids)
      throws Exception {
    relay.kill();
    setPosition(relay, gtids);
    relay.start();
    await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
  }

  /** What {@code relay position set} does: another position, and no shapes. */
  private static void setPosition(RelayHarness relay, String gtids) throws Exception {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", relay.testbed.kafka().bootstrapServers());
    String name = relay.settings.get("name");
    String topic = relay.settings.get("position.topic");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  topic, 0, utf8(name), utf8("{\"version\":1,\"gtids\":\"%s\"}".formatted(gtids))))
          .get();
      producer.send(new ProducerRecord<>(topic, 0, utf8(name + "/tables"), null)).get();
    }
  }

  private static String executed(RelayHarness relay) throws SQLException {
    try (Connection connection = relay.connection();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      row.next();
      return row.getString(1).replace("\n", "");
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
