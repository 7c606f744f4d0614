package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The relay against real servers: what goes in comes out, and nothing else. */
class RelayIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void recordsHaveEveryPartThatIsPromised() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("order-notify");
      String id = UUID.randomUUID().toString();
      byte[] payload = {'{', 0, (byte) 0xff, (byte) 0xc3, '}'};
      Instant before = Instant.now();
      try (Connection connection = relay.connection();
          PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO outbox
                    (id, aggregatetype, aggregateid, type, payload, content_type, traceparent, tracestate, created_at)
                  VALUES (?, ?, 'Zürich-1', 'payment.succeeded.v1', ?, 'application/cbor', ?, 'a=1,b=2', '2026-01-02 03:04:05.678901')
                  """)) {
        insert.setString(1, id);
        insert.setString(2, topic);
        insert.setBytes(3, payload);
        insert.setString(4, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        insert.executeUpdate();
      }
      relay.insert(topic, "plain", "{}");

      await().atMost(SOON).until(() -> relay.read(topic).size() == 2);
      ConsumerRecord<byte[], byte[]> full = byKey(relay, topic, "Zürich-1");
      assertThat(full.value()).isEqualTo(payload);
      assertThat(Instant.ofEpochMilli(full.timestamp()))
          .isBetween(before.minusMillis(1), Instant.now());
      assertThat(headers(full))
          .containsExactlyInAnyOrderEntriesOf(
              Map.ofEntries(
                  Map.entry("id", id),
                  Map.entry("eventType", "payment.succeeded.v1"),
                  Map.entry("ce_specversion", "1.0"),
                  Map.entry("ce_id", id),
                  Map.entry("ce_source", "/outrail/" + relay.schema()),
                  Map.entry("ce_type", "payment.succeeded.v1"),
                  Map.entry("ce_subject", "Zürich-1"),
                  Map.entry("ce_time", "2026-01-02T03:04:05.678901Z"),
                  Map.entry("content-type", "application/cbor"),
                  Map.entry(
                      "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                  Map.entry("tracestate", "a=1,b=2")));
      assertThat(headers(byKey(relay, topic, "plain")))
          .containsEntry("content-type", "application/json")
          .doesNotContainKeys("traceparent", "tracestate");
    }
  }

  @Test
  void rowsFromBeforeTheFirstStartComeOnceAndBeforeTheOthers() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("order-notify");
      String before = relay.insert(topic, "1", "{\"n\":1}");
      tombstone(relay);

      relay.start();
      String after = relay.insert(topic, "1", "{\"n\":2}");
      tombstone(relay);

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(before, after));
      assertThat(headers(relay.read(topic).get(0)).keySet())
          .as("both ways of reading make the same record")
          .isEqualTo(headers(relay.read(topic).get(1)).keySet());
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.read(relay.topic("gone"))).hasSize(2));
      assertThat(relay.read(relay.topic("gone")))
          .allSatisfy(found -> assertThat(found.value()).isNull());
    }
  }

  /** A row without a payload. */
  private static void tombstone(RelayHarness relay) throws SQLException {
    try (Connection connection = relay.connection()) {
      RelayHarness.insert(connection, relay.topic("gone"), "1", (byte[]) null);
    }
  }

  @Test
  void anIdThatAnotherReaderUsesIsWaitedOutAndNoReasonToHalt() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      relay.set("mysql.server.id", "5400").set("backoff.max.ms", "1000").start();

      try (OtherReader other = OtherReader.start(relay, 5400)) {
        relay.process().awaitLog("RETRYING.*leave mysql.server.id at 0", SOON);
        await().atMost(SOON).until(() -> other.thrownOut() >= 2);
        assertThat(relay.process().log()).doesNotContain("HALTED");
      }
      String after = relay.insert(topic, "1", "{}");

      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(after));
    }
  }

  @Tag("long")
  @Test
  void fromNowPublishesOnlyWhatCommitsAfterTheFirstStart() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      relay.insert(topic, "1", "old");

      relay.set("from", "now").start();
      String after = relay.insert(topic, "1", "new");

      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(after));
    }
  }

  @Test
  void rolledBackUpdatedAndDeletedRowsAreNoEvents() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("t");
      List<String> committed = new ArrayList<>();
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        RelayHarness.insert(connection, topic, "k", "rolled back");
        connection.rollback();
        committed.add(RelayHarness.insert(connection, topic, "k", "one"));
        statement.execute("SAVEPOINT before_more");
        RelayHarness.insert(connection, topic, "k", "undone");
        statement.execute("ROLLBACK TO SAVEPOINT before_more");
        committed.add(RelayHarness.insert(connection, topic, "k", "two"));
        connection.commit();
        statement.execute("UPDATE outbox SET payload = 'changed'");
        connection.commit();
        statement.execute("DELETE FROM outbox");
        connection.commit();
        committed.add(RelayHarness.insert(connection, topic, "k", "three"));
        connection.commit();
      }

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(committed));
    }
  }

  @Tag("long")
  @Test
  void readsOtherTablesOfTheDebeziumConventionToo() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "foreign")) {
      relay
          .testbed
          .mysql()
          .execute(
              "USE %s; DROP TABLE outbox; CREATE TABLE outbox (ID BINARY(16) PRIMARY KEY, AggregateType VARCHAR(50) NOT NULL, aggregateid BIGINT NOT NULL, type VARCHAR(50) CHARACTER SET latin1 NOT NULL, payload TEXT CHARACTER SET latin1)"
                  .formatted(relay.schema()));
      String topic = relay.topic("t");
      String insert = "INSERT INTO outbox VALUES (UUID_TO_BIN('%s'), '%s', 42, 'größe', 'Grüße')";
      String first = "0190a5c0-0000-7000-8000-000000000001";
      String second = "0190a5c0-0000-7000-8000-000000000002";
      relay.testbed.mysql().execute("USE " + relay.schema() + ";" + insert.formatted(first, topic));
      relay
          .testbed
          .mysql()
          .execute(
              "GRANT SELECT ON %s.outbox TO %s".formatted(relay.schema(), "relay_" + relay.suffix));

      relay.start();
      relay
          .testbed
          .mysql()
          .execute("USE " + relay.schema() + ";" + insert.formatted(second, topic));

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(first, second));
      assertThat(relay.read(topic))
          .allSatisfy(
              record -> {
                assertThat(text(record.key())).isEqualTo("42");
                assertThat(text(record.value())).isEqualTo("Grüße");
                assertThat(headers(record)).containsEntry("eventType", "größe");
              });
    }
  }

  @Test
  void readsColumnsOfOtherTypes() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "foreign")) {
      relay
          .testbed
          .mysql()
          .execute(
              """
              USE %s; DROP TABLE outbox;
              CREATE TABLE outbox (
                created_at DATETIME(3), id VARCHAR(36) CHARACTER SET utf8mb4 PRIMARY KEY, note BLOB,
                aggregatetype TEXT CHARACTER SET utf8mb4 NOT NULL, aggregateid INT UNSIGNED NOT NULL,
                type ENUM('klein', 'größe') CHARACTER SET utf8mb4 NOT NULL, payload JSON,
                content_type VARCHAR(50) CHARACTER SET ascii DEFAULT 'text/plain',
                tracestate CHAR(20) CHARACTER SET utf16);
              GRANT SELECT ON %s.outbox TO %s;
              """
                  .formatted(relay.schema(), relay.schema(), "relay_" + relay.suffix));
      String topic = relay.topic("t");
      relay.set("outbox.created.at.zone", "UTC").start();

      relay
          .testbed
          .mysql()
          .execute(
              """
              USE %s;
              INSERT INTO outbox VALUES ('2026-01-02 03:04:05.678', 'eins', 0xff00, '%s', 4000000000, 'größe',
                '{"b": "Grüße", "a": [1, null]}', NULL, 'ä=1'), (NULL, 'zwei', NULL, '%s', 7, 'klein', '[]', DEFAULT, NULL);
              """
                  .formatted(relay.schema(), topic, topic));

      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(relay.ids(topic)).containsExactlyInAnyOrder("eins", "zwei"));
      ConsumerRecord<byte[], byte[]> first = byKey(relay, topic, "4000000000");
      assertThat(text(first.value()).replace(" ", ""))
          .isEqualTo("{\"a\":[1,null],\"b\":\"Grüße\"}");
      assertThat(headers(first))
          .containsEntry("eventType", "größe")
          .containsEntry("ce_time", "2026-01-02T03:04:05.678000Z")
          .containsEntry("content-type", "application/json")
          .containsEntry("tracestate", "ä=1");
      assertThat(headers(byKey(relay, topic, "7")))
          .containsEntry("eventType", "klein")
          .containsEntry("content-type", "text/plain")
          .doesNotContainKey("tracestate");
    }
  }

  @Tag("long")
  @Test
  void aTimeThatIsNoneIsNotUsed() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      relay
          .testbed
          .mysql()
          .execute(
              "ALTER TABLE %s.outbox MODIFY created_at VARCHAR(40) NOT NULL DEFAULT 'this morning'"
                  .formatted(relay.schema()));
      String topic = relay.topic("t");
      String before = relay.insert(topic, "1", "old");

      relay.start();
      String after = relay.insert(topic, "1", "new");

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(before, after));
    }
  }

  @Tag("long")
  @Test
  void thePositionMovesOnWhileOnlyOtherTablesChange() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String before = position(relay);

      relay
          .testbed
          .mysql()
          .execute(
              "USE %s; CREATE TABLE other (i INT PRIMARY KEY); INSERT INTO other VALUES (1); INSERT INTO other VALUES (2)"
                  .formatted(relay.schema()));

      await().atMost(SOON).untilAsserted(() -> assertThat(position(relay)).isNotEqualTo(before));
      assertThat(relay.read(relay.settings.get("position.topic"))).isNotEmpty();
    }
  }

  @Tag("long")
  @Test
  void ddlOfAllSortsOnTheSameServerAndAnAlteredOutboxDoNotStopIt() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      ids.add(relay.insert(topic, "k", "1"));
      String schema = relay.schema();
      relay
          .testbed
          .mysql()
          .execute(
              """
              USE %s;
              CREATE TABLE other (i INT PRIMARY KEY, j JSON, g INT GENERATED ALWAYS AS (i * 2) STORED);
              ALTER TABLE other ADD COLUMN v VARCHAR(20) DEFAULT (UPPER('x')), ADD INDEX ((CAST(j->'$.a' AS UNSIGNED ARRAY)));
              CREATE VIEW seen AS SELECT * FROM other;
              CREATE USER 'someone_%s'@'%%' IDENTIFIED BY 'x';
              DROP TABLE other;
              ALTER TABLE outbox ADD COLUMN note VARCHAR(10) NULL, ALGORITHM=INSTANT
              """
                  .formatted(schema, relay.suffix));
      ids.add(relay.insert(topic, "k", "2"));
      relay
          .testbed
          .mysql()
          .execute(
              "ALTER TABLE %s.outbox DROP COLUMN note, ADD INDEX (created_at)".formatted(schema));
      ids.add(relay.insert(topic, "k", "3"));

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(ids));
    }
  }

  @Tag("long")
  @Test
  void anEventThatIsTooLargeHaltsBeforeItAndGoesOnOnceTheTopicTakesIt() throws Exception {
    try (RelayHarness relay =
        new RelayHarness(Testbed.shared(), "pay").set("poison.policy", "halt").start()) {
      String topic = relay.topic("t");
      relay.testbed.kafka().createTopic(topic, 1, Map.of("max.message.bytes", "20000"));
      String small = relay.insert(topic, "k", "small");
      await().atMost(SOON).until(() -> relay.ids(topic).size() == 1);
      String large = relay.insert(topic, "k", "x".repeat(30_000));
      String after = relay.insert(topic, "k", "after");

      relay.process().awaitLog("HALTED.*" + large, RelayHarness.PATIENCE);
      assertThat(relay.process().log()).contains("max.message.bytes");
      assertThat(relay.get("/health/ready").statusCode()).isEqualTo(503);
      assertThat(relay.get("/health/ready").body()).contains("HALTED").contains("remedy");
      assertThat(relay.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(relay.ids(topic)).containsExactly(small);
      assertThat(relay.process().stop(Duration.ofSeconds(10))).isEqualTo(4);

      relay.allowMessagesOf(topic, 100_000);
      relay.start();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(small, large, after));
    }
  }

  @Tag("long")
  @Test
  void whatCannotBePublishedGoesToTheQuarantineAndTheOthersGoOnInOrder() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      relay.set("topics.create", "false");
      relay
          .testbed
          .mysql()
          .execute(
              "ALTER TABLE %s.outbox MODIFY aggregateid VARCHAR(255) NULL"
                  .formatted(relay.schema()));
      String topic = relay.topic("t");
      relay.testbed.kafka().createTopic(topic, 1, Map.of("max.message.bytes", "20000"));
      String illegalAtTheFirstStart = relay.insert("no topic!", "k", "x");
      String largeAtTheFirstStart = relay.insert(topic, "k", "x".repeat(30_000));
      String one = relay.insert(topic, "k", "1");
      relay.start();
      String two = relay.insert(topic, "k", "2");
      List<String> poison = new ArrayList<>(List.of(illegalAtTheFirstStart, largeAtTheFirstStart));
      try (Connection connection = relay.connection()) {
        connection.setAutoCommit(false);
        poison.add(RelayHarness.insert(connection, topic, "k", "y".repeat(30_000)));
        poison.add(RelayHarness.insert(connection, "no topic!", "k", "x"));
        poison.add(RelayHarness.insert(connection, relay.topic("nowhere"), "k", "x"));
        poison.add(RelayHarness.insert(connection, topic, null, "x"));
        poison.add(RelayHarness.insert(connection, relay.settings.get("position.topic"), "k", "x"));
        poison.add(RelayHarness.insert(connection, topic, "k", "z".repeat(40_000)));
        poison.add(withHeaders(connection, topic, "{\"tenant\": \"eu\"}"));
        poison.add(withHeaders(connection, topic, "[[\"ce_id\", \"7\"]]"));
        connection.commit();
      }
      String three = relay.insert(topic, "k", "3");

      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(one, two, three));
      Map<String, JsonNode> quarantine = new LinkedHashMap<>();
      for (var record : relay.read(relay.settings.get("quarantine.topic"))) {
        quarantine.put(
            RelayHarness.header(record, "id"), new ObjectMapper().readTree(record.value()));
      }
      assertThat(quarantine.keySet()).containsExactlyInAnyOrderElementsOf(poison);
      assertThat(quarantine.get(poison.get(2)).path("reason").asText()).contains("too large");
      assertThat(quarantine.get(poison.get(2)).path("remedy").asText())
          .contains("max.message.bytes");
      assertThat(quarantine.get(poison.get(2)).path("payloadBytes").asInt()).isEqualTo(30_000);
      assertThat(quarantine.get(poison.get(3)).path("reason").asText())
          .contains("'no topic!' is not a legal topic name");
      assertThat(quarantine.get(poison.get(4)).path("reason").asText()).contains("does not exist");
      assertThat(quarantine.get(poison.get(5)).path("reason").asText())
          .contains("NULL in aggregateid");
      assertThat(quarantine.get(poison.get(6)).path("reason").asText()).contains("belongs to");
      assertThat(quarantine.get(poison.get(8)).path("reason").asText())
          .contains("column headers is no JSON array of pairs");
      assertThat(quarantine.get(poison.get(9)).path("reason").asText()).contains("name 'ce_id'");
      assertThat(relay.get("/health/ready").statusCode()).isEqualTo(200);
    }
  }

  private static String withHeaders(Connection connection, String topic, String headers)
      throws SQLException {
    String id = UUID.randomUUID().toString();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES (?, ?, 'k', 'e', '{}', ?)")) {
      insert.setString(1, id);
      insert.setString(2, topic);
      insert.setString(3, headers);
      insert.executeUpdate();
    }
    return id;
  }

  @Tag("long")
  @Test
  void aRecordThatKafkaRefusesDoesNotHideBehindItsNeighboursOfTheBatch() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      relay
          .testbed
          .kafka()
          .createTopic(topic, 1, Map.of("message.timestamp.before.max.ms", "86400000"));
      List<String> fine = new ArrayList<>();
      String tooOld;
      try (Connection connection = relay.connection()) {
        Instant now = Instant.now();
        for (int row = 0; row < 5; row++) {
          fine.add(OldRows.insert(connection, topic, OldRows.id(now.plusMillis(row)), now));
        }
        // the youngest by its id, by which these rows are read
        tooOld =
            OldRows.insert(
                connection, topic, OldRows.id(now.plusMillis(9)), now.minus(Duration.ofDays(2)));
      }

      relay.start();

      await().atMost(SOON).until(() -> relay.ids(topic).size() == 5);
      assertThat(relay.ids(topic)).containsExactlyInAnyOrderElementsOf(fine);
      assertThat(relay.read(relay.settings.get("quarantine.topic")))
          .singleElement()
          .satisfies(
              pointer -> {
                assertThat(text(pointer.key())).endsWith("/" + tooOld);
                assertThat(text(pointer.value())).contains("message.timestamp");
              });
    }
  }

  @Tag("long")
  @Test
  void statusAndMetricsTellWhatHappens() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("t");
      relay.insert(topic, "k", "1");
      await().atMost(SOON).until(() -> relay.ids(topic).size() == 1);

      JsonNode status = new ObjectMapper().readTree(relay.get("/status").body());
      assertThat(status.path("state").asText()).isEqualTo("RUNNING");
      assertThat(status.path("eventsPublished").asInt()).isEqualTo(1);
      assertThat(status.path("position").path("gtids").asText()).contains(":1-");
      assertThat(status.path("lastError").isNull()).isTrue();
      assertThat(relay.get("/metrics").body())
          .contains("# HELP outrail_relay_events_published_total ")
          .contains("outrail_relay_events_published_total 1.0")
          .contains("outrail_relay_lag_seconds ")
          .contains("outrail_relay_state{state=\"RUNNING\"} 1.0");
      assertThat(relay.get("/nothing").statusCode()).isEqualTo(404);
      assertThat(relay.get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(relay.process().log()).doesNotContain("se;cret");
    }
  }

  private static String position(RelayHarness relay) throws Exception {
    return new ObjectMapper()
        .readTree(relay.get("/status").body())
        .path("position")
        .path("gtids")
        .asText();
  }

  private static ConsumerRecord<byte[], byte[]> byKey(
      RelayHarness relay, String topic, String key) {
    return relay.read(topic).stream()
        .filter(record -> text(record.key()).equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
    return headers;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
