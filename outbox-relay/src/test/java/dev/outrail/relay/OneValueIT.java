package dev.outrail.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/**
 * Rows of all types of columns that are accepted are the same records by the first start, the
 * stream, a replay, and the retry of a quarantined event: those that SELECT says.
 */
class OneValueIT {

  private static final String TOKEN = "one-value-one-value";

  /** Names of headers that rows have in their column. */
  private static final Set<String> OWN = Set.of("a", "b", "tenant", "z");

  private static final Duration SOON = Duration.ofSeconds(30);

  /**
   * An outbox table.
   *
   * @param rows three ids, as they stand in SQL
   * @param values of the columns behind the id; {@code %s} stands for the topic
   * @param told SQL for id, key, type, payload, headers, and the row's own headers as they have to
   *     be in the records
   */
  private record Definition(String columns, List<String> rows, String values, String told) {}

  private static final Map<String, Definition> DEFINITIONS = new LinkedHashMap<>();

  static {
    DEFINITIONS.put(
        "text",
        new Definition(
            """
            id VARCHAR(40) PRIMARY KEY, aggregatetype VARCHAR(60) CHARACTER SET latin1, payload MEDIUMTEXT CHARACTER SET gbk,
            aggregateid CHAR(20) CHARACTER SET utf16, type TINYTEXT CHARACTER SET cp1251,
            content_type VARCHAR(30) CHARACTER SET ascii DEFAULT 'text/plain' INVISIBLE, note POINT,
            tracestate VARCHAR(80) CHARACTER SET latin1 DEFAULT '€ÿ' INVISIBLE, headers MEDIUMTEXT CHARACTER SET utf16""",
            List.of("'a'", "'Ö'", "'漢😀 \"'"),
            "'%s', '你好', 'Ж😀  ', 'привет ', DEFAULT, NULL, DEFAULT, '[[\"b\", \"漢\"], [\"a\", \"1\"], [\"b\", \"\\\\u00e9\"]]'",
            "id, aggregateid, type, payload, content_type, NULL, tracestate, 'b=漢 a=1 b=é '"));
    DEFINITIONS.put(
        "numbers",
        new Definition(
            """
            id BIGINT UNSIGNED PRIMARY KEY, aggregatetype VARCHAR(60), aggregateid INT(12) UNSIGNED ZEROFILL, type TINYINT(1),
            payload DECIMAL(30, 4), headers TEXT CHARACTER SET cp1251 INVISIBLE, traceparent MEDIUMINT UNSIGNED DEFAULT 16777215 INVISIBLE, tracestate SMALLINT INVISIBLE DEFAULT -7,
            created_at TIMESTAMP(3) NULL DEFAULT '2026-01-02 03:04:05.678' INVISIBLE""",
            List.of("9223372036854775808", "18446744073709551615", "1"),
            "'%s', 4294967295, 1, 12345678901234567890.5000, NULL, DEFAULT, DEFAULT, DEFAULT",
            "id, CAST(aggregateid + 0 AS CHAR), type, payload, 'application/json', traceparent, tracestate, ''"));
    DEFINITIONS.put(
        "bytes",
        new Definition(
            "aggregatetype VARBINARY(60), id VARBINARY(40) PRIMARY KEY, aggregateid VARBINARY(40), type BINARY(4), payload BLOB, headers BLOB",
            List.of("'order-0000000001'", "'0190a5c0-0000-7000-8000-000000000001'", "'é'"),
            "'%s', 'sixteen-letters!', 'ab', x'00ff80c3', '[[\"tenant\",\"größe\"]]'",
            "id, aggregateid, type, payload, 'application/json', NULL, NULL, 'tenant=größe '"));
    DEFINITIONS.put(
        "uuids",
        new Definition(
            """
            id BINARY(16) PRIMARY KEY, aggregatetype VARCHAR(60), aggregateid BINARY(16), type ENUM('größe', 'it''s', 'a,b'),
            payload JSON, created_at DATETIME(6) DEFAULT '2026-01-02 03:04:05.000006' INVISIBLE,
            tracestate VARCHAR(80) AS (CONCAT('t=', LENGTH(aggregatetype))) VIRTUAL,
            content_type VARCHAR(80) AS (CONCAT('c=', LENGTH(aggregatetype))) STORED,
            headers JSON""",
            List.of(
                "x'0190a5c0000070008000000000000000'",
                "x'0190a5c0000070008000000000000001'",
                "x'00000000000000000000000000000000'"),
            "'%s', x'0190a5c0000070008000000000000000', 'a,b', "
                + "JSON_OBJECT('amount', 19999999.99e0, 'at', CAST('-01:02:03' AS TIME), 'n', CAST(3000000000 AS UNSIGNED)), DEFAULT, DEFAULT, DEFAULT, JSON_ARRAY(JSON_ARRAY('z', '漢'), JSON_ARRAY('a', ''))",
            "BIN_TO_UUID(id), BIN_TO_UUID(aggregateid), type, payload, content_type, NULL, tracestate, 'z=漢 a= '"));
    DEFINITIONS.put(
        "noKey",
        new Definition(
            "id BINARY(20) UNIQUE, aggregatetype ENUM('%1$s', '%2$s'), aggregateid BOOL, type DECIMAL(3, 2), payload LONGTEXT CHARACTER SET utf16le",
            List.of("'twenty-characters-01'", "'twenty-characters-02'", "'twenty-characters-03'"),
            "'%s', 0, -0.5, 'Grüße'",
            "id, aggregateid, type, payload, 'application/json', NULL, NULL, ''"));
  }

  @Test
  void aRowIsTheSameRecordWhicheverWayItIsRead() throws Exception {
    try (RelayHarness relay =
        new RelayHarness(Testbed.shared(), DEFINITIONS.keySet().toArray(String[]::new))) {
      String topic = relay.topic("live");
      String late = relay.topic("late");
      relay.testbed.kafka().createTopic(topic, 1, Map.of());
      relay
          .set("topics.create", "false")
          .set("http.token", TOKEN)
          .set("outbox.created.at.zone", "UTC");
      Map<String, String> told = new TreeMap<>();
      each(relay, (sql, schema, one) -> create(relay, sql, one, topic, late));
      each(relay, (sql, schema, one) -> insert(sql, schema, one, 0, topic));
      relay.start();
      each(relay, (sql, schema, one) -> insert(sql, schema, one, 1, topic));
      each(relay, (sql, schema, one) -> insert(sql, schema, one, 2, late));
      each(relay, (sql, schema, one) -> told.putAll(told(sql, schema, one)));
      int tables = DEFINITIONS.size();
      await().atMost(SOON).until(() -> relay.read(topic).size() == 2 * tables);
      await()
          .atMost(SOON)
          .until(() -> relay.read(relay.settings.get("quarantine.topic")).size() == tables);

      relay.testbed.kafka().createTopic(late, 1, Map.of());
      for (var pointer : relay.read(relay.settings.get("quarantine.topic"))) {
        String id =
            URLEncoder.encode(RelayHarness.header(pointer, "id"), UTF_8).replace("+", "%20");
        post(relay, TOKEN, "/quarantine/" + id + "/retry", "{}");
      }
      for (String one : List.of(topic, late)) {
        post(relay, TOKEN, "/replay", "{\"topic\":\"" + one + "\",\"execute\":true}");
      }

      await().atMost(SOON).until(() -> relay.read(topic).size() == 4 * tables);
      await().atMost(SOON).until(() -> relay.read(late).size() == 2 * tables);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(relay.read(topic));
      records.addAll(relay.read(late));
      Map<String, String> first = new TreeMap<>();
      Map<String, String> again = new TreeMap<>();
      for (var found : records) {
        (RelayHarness.header(found, "replay") == null ? first : again)
            .put(place(found), inFull(found));
      }
      assertThat(told(first)).isEqualTo(told);
      assertThat(again).isEqualTo(first);
      findsEachById(relay, told);
    }
  }

  private static void findsEachById(RelayHarness relay, Map<String, String> told) throws Exception {
    for (String place : told.keySet()) {
      String[] parts = place.split(" ", 2);
      JsonNode dry =
          post(
              relay,
              TOKEN,
              "/replay",
              new ObjectMapper()
                  .createObjectNode()
                  .put("schema", parts[0])
                  .set("ids", new ObjectMapper().createArrayNode().add(parts[1]))
                  .toString());
      assertThat(dry.path("selected").asInt()).as(place).isEqualTo(1);
      assertThat(dry.path("missing").size()).as(place).isZero();
    }
  }

  private static void create(
      RelayHarness relay, Statement statement, Definition one, String topic, String late)
      throws SQLException {
    statement.execute("SET sql_generate_invisible_primary_key = ON");
    statement.execute("DROP TABLE outbox");
    statement.execute("CREATE TABLE outbox (" + one.columns().formatted(topic, late) + ")");
    statement.execute("GRANT SELECT ON outbox TO relay_" + relay.suffix);
  }

  private static void insert(
      Statement statement, String schema, Definition one, int row, String topic)
      throws SQLException {
    String names = names(statement, schema);
    String values =
        one.columns().startsWith("id")
            ? one.rows().get(row) + ", " + one.values().formatted(topic)
            : one.values().formatted(topic).replaceFirst(", ", ", " + one.rows().get(row) + ", ");
    statement.execute("INSERT INTO outbox (%s) VALUES (%s)".formatted(names, values));
  }

  /** Of all columns, invisible ones, too, but for a generated key. */
  private static String names(Statement statement, String schema) throws SQLException {
    try (ResultSet names =
        statement.executeQuery(
            "SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = '%s' AND table_name = 'outbox' AND column_name <> 'my_row_id'"
                .formatted(schema))) {
      names.next();
      return names.getString(1);
    }
  }

  /** By database and id, what SELECT says. */
  private static Map<String, String> told(Statement statement, String schema, Definition one)
      throws SQLException {
    Map<String, String> told = new TreeMap<>();
    statement.execute("SET character_set_results = utf8mb4");
    try (ResultSet rows = statement.executeQuery("SELECT %s FROM outbox".formatted(one.told()))) {
      while (rows.next()) {
        List<String> parts = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
          byte[] sent = rows.getBytes(i);
          parts.add(sent == null ? null : new String(sent, UTF_8));
        }
        told.put(schema + " " + parts.get(0), String.join(" | ", parts));
      }
    }
    return told;
  }

  private static Map<String, String> told(Map<String, String> records) {
    Map<String, String> told = new TreeMap<>();
    records.forEach((place, all) -> told.put(place, all.lines().findFirst().orElseThrow()));
    return told;
  }

  private static String place(ConsumerRecord<byte[], byte[]> found) {
    return RelayHarness.header(found, "ce_source").replace("/outrail/", "")
        + " "
        + RelayHarness.header(found, "id");
  }

  /** What SELECT tells, then all headers. */
  private static String inFull(ConsumerRecord<byte[], byte[]> found) {
    StringBuilder all = new StringBuilder();
    all.append(RelayHarness.header(found, "id"))
        .append(" | ")
        .append(new String(found.key(), UTF_8))
        .append(" | ")
        .append(RelayHarness.header(found, "eventType"))
        .append(" | ")
        .append(new String(found.value(), UTF_8));
    for (String name : List.of("content-type", "traceparent", "tracestate")) {
      all.append(" | ").append(RelayHarness.header(found, name));
    }
    all.append(" | ");
    for (Header header : found.headers()) {
      if (OWN.contains(header.key())) {
        all.append(header.key()).append('=').append(new String(header.value(), UTF_8)).append(' ');
      }
    }
    String createdAt = RelayHarness.header(found, "ce_time");
    found
        .headers()
        .forEach(
            header -> {
              boolean untold = header.key().equals("ce_time") && !createdAt.contains("T03:04:05.");
              if (!untold && !header.key().equals("replay")) {
                all.append('\n')
                    .append(header.key())
                    .append('=')
                    .append(new String(header.value(), UTF_8));
              }
            });
    return all.toString();
  }

  private interface Step {
    void take(Statement sql, String schema, Definition one) throws SQLException;
  }

  private static void each(RelayHarness relay, Step step) throws SQLException {
    int i = 0;
    for (Definition one : DEFINITIONS.values()) {
      String schema = relay.schemas.get(i++);
      try (Connection connection = relay.testbed.mysql().dataSource(schema).getConnection();
          Statement statement = connection.createStatement()) {
        step.take(statement, schema, one);
      }
    }
  }

  static JsonNode post(RelayHarness relay, String token, String path, String body)
      throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(relay.uri("/") + path.substring(1)))
                    .header("Content-Type", "application/json")
                    .header("X-Operator", "ada")
                    .header("Authorization", "Bearer " + token)
                    .timeout(Duration.ofSeconds(90))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path + " " + response.body()).isBetween(200, 202);
    return new ObjectMapper().readTree(response.body());
  }
}
