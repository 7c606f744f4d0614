package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events that cannot be published, beside others that can: one relay for most tests here. */
class QuarantineIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String EARLIER = "0190a5c0-0000-7000-8000-00000000000a";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static RelayHarness relay;

  @BeforeAll
  static void start() throws Exception {
    relay = new RelayHarness(Testbed.shared(), "pay").set("http.token", RelayHarness.TOKEN);
    leavePointerOfEarlierRelay();
    relay.start();
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  @Test
  void aNameThatKafkaTakesForNoTopicStopsNobodyElse() throws Exception {
    relay.testbed.kafka().createTopic("order_notify_" + relay.suffix, 1, Map.of());
    Map<String, String> reasons = new LinkedHashMap<>();
    String fine;
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      for (var bad :
          Map.of(
                  "order.notify_" + relay.suffix,
                  "collides",
                  "outrail-relay-positions-of-another",
                  "belongs to a relay")
              .entrySet()) {
        reasons.put(RelayHarness.insert(connection, bad.getKey(), "k", "x"), bad.getValue());
      }
      fine = RelayHarness.insert(connection, relay.topic("fine"), "k", "x");
      connection.commit();
    }

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(relay.topic("fine"))).containsExactly(fine));
    Map<String, JsonNode> pointers = pointers(relay);
    reasons.forEach(
        (id, reason) ->
            assertThat(pointers.get(id).path("reason").asText()).as(id).contains(reason));
  }

  @Test
  void thousandsThatATopicRefusesTakeFewAttemptsAndTheRelayShowsThatItLives() throws Exception {
    String narrow = relay.topic("narrow");
    String other = relay.topic("other");
    relay.testbed.kafka().createTopic(narrow, 1, Map.of("max.message.bytes", "1000"));
    List<String> refused = new ArrayList<>();
    List<String> fine = new ArrayList<>();
    int before = transactions(relay);
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 2_000; i++) {
        refused.add(RelayHarness.insert(connection, narrow, "k", "x".repeat(2_000)));
        if (i % 500 == 0) {
          fine.add(RelayHarness.insert(connection, narrow, "k", "y"));
        }
      }
      connection.commit();
    }
    String behind = relay.insert(other, "k", "z");

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(relay.get("/health/live").statusCode()).isEqualTo(200);
              assertThat(relay.ids(other)).containsExactly(behind);
            });
    assertThat(transactions(relay) - before).as("with those that committed").isLessThan(50);
    assertThat(relay.ids(narrow)).containsExactlyElementsOf(fine);
    assertThat(pointers(relay).keySet()).containsAll(refused).doesNotContainAnyElementsOf(fine);
  }

  /** Its limit is within what clocks may differ, so that each refusal has to be waited for. */
  @Test
  void refusalsThatNobodyForeseesLeaveTheOthersInOrderAndOnce() throws Exception {
    String strict = relay.topic("strict");
    String other = relay.topic("pieces");
    relay.testbed.kafka().createTopic(strict, 1, Map.of("message.timestamp.before.max.ms", "1000"));
    relay.testbed.kafka().createTopic(other, 1, Map.of());
    ok(relay.post("/pause", "{}"));
    List<String> fine = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    List<String> all = new ArrayList<>();
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 60; i++) {
        fine.add(RelayHarness.insert(connection, other, "k", "fine"));
        all.add(fine.get(i));
        if (i % 4 == 0) {
          refused.add(RelayHarness.insert(connection, strict, "k", "late"));
          all.add(refused.get(i / 4));
        }
      }
      connection.commit();
    }
    Instant late = Instant.now().plusMillis(1_500);
    await().until(() -> Instant.now().isAfter(late));
    ok(relay.post("/resume", "{}"));
    fine.add(relay.insert(other, "k", "behind"));

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(other)).containsExactlyElementsOf(fine));
    assertThat(pointers(relay).keySet()).containsAll(refused);
    assertThat(relay.ids(strict)).isEmpty();
    assertThat(partialPositions(all))
        .as("what a restart between two pieces would go on behind")
        .isNotEmpty()
        .allSatisfy(
            partial ->
                assertThat(partial.path("lastId").asText())
                    .isEqualTo(all.get(partial.path("rows").asInt() - 1)));
  }

  @Tag("long")
  @Test
  void aFirstStartTakesOneSnapshotWhateverIsRefused() throws Exception {
    try (RelayHarness fresh = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = fresh.topic("t");
      fresh
          .testbed
          .kafka()
          .createTopic(
              topic,
              1,
              Map.of("max.message.bytes", "1000", "message.timestamp.before.max.ms", "86400000"));
      List<String> refused = new ArrayList<>();
      List<String> fine = new ArrayList<>();
      try (Connection connection = fresh.connection()) {
        connection.setAutoCommit(false);
        for (int i = 0; i < 500; i++) {
          fine.add(RelayHarness.insert(connection, topic, "k", "fine"));
          refused.add(
              RelayHarness.insert(connection, topic, "k", i % 2 == 0 ? "x".repeat(2_000) : "old"));
        }
        connection
            .createStatement()
            .execute(
                "UPDATE outbox SET created_at = NOW(6) - INTERVAL 2 DAY WHERE payload = 'old'");
        connection.commit();
      }
      long locksBefore = locks(fresh);

      fresh.start();

      assertThat(locks(fresh) - locksBefore).as("snapshots").isEqualTo(1);
      assertThat(fresh.ids(topic)).containsExactlyInAnyOrderElementsOf(fine);
      Map<String, JsonNode> pointers = pointers(fresh);
      assertThat(pointers.keySet()).containsExactlyInAnyOrderElementsOf(refused);
      assertThat(pointers.get(refused.get(0)).path("reason").asText()).contains("too large");
      assertThat(pointers.get(refused.get(1)).path("reason").asText())
          .contains("message.timestamp");
    }
  }

  @Test
  void aReplayTakesOutOfTheQuarantineWhatItPublishesAndBringsThereWhatItCannot() throws Exception {
    String topic = relay.topic("replayed");
    relay.testbed.kafka().createTopic(topic, 1, Map.of("max.message.bytes", "20000"));
    String small = relay.insert(topic, "k", "x".repeat(10_000));
    String large = relay.insert(topic, "k", "x".repeat(30_000));
    String last = relay.insert(topic, "k", "last");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(small, last));
    awaitQuarantine(events -> events.contains(large));

    relay.allowMessagesOf(topic, 40_000);
    JsonNode published =
        ok(relay.post("/replay", "{\"topic\":\"" + topic + "\",\"execute\":true}"));
    assertThat(published.path("published").asInt()).isEqualTo(3);
    awaitQuarantine(events -> events.doesNotContain(small, large, last));
    assertThat(relay.post("/quarantine/" + large + "/retry", "{}").statusCode()).isEqualTo(404);

    relay.allowMessagesOf(topic, 5_000);
    JsonNode refused = ok(relay.post("/replay", "{\"topic\":\"" + topic + "\",\"execute\":true}"));
    assertThat(refused.path("state").asText()).isEqualTo("DONE");
    assertThat(refused.path("published").asInt()).isEqualTo(1);
    awaitQuarantine(events -> events.contains(small, large).doesNotContain(last));

    relay.allowMessagesOf(topic, 40_000);
    ok(relay.post("/quarantine/" + small + "/retry", "{}"));
    ok(relay.post("/quarantine/" + large + "/discard", "{}"));
    assertThat(relay.ids(topic)).containsExactly(small, last, small, large, last, last, small);
    awaitQuarantine(events -> events.doesNotContain(small, large));
  }

  @Test
  void aPointerUnderTheEventIdAloneIsReadAndGivenUpLikeAnyOther() throws Exception {
    String own = relay.insert("no topic!", "k", "x");
    awaitQuarantine(events -> events.contains(EARLIER, own));

    ok(relay.post("/quarantine/" + EARLIER + "/discard", "{}"));

    awaitQuarantine(events -> events.doesNotContain(EARLIER).contains(own));
    assertThat(relay.read(quarantine()).stream().map(found -> text(found.key())))
        .contains(relay.settings.get("name") + "/" + relay.schema() + "/" + own);
  }

  /** Under the key that relays gave it before one table could have several. */
  private static void leavePointerOfEarlierRelay() throws Exception {
    String value =
        """
        {"version":1,"relay":"%s","schema":"%s","id":"%s","aggregateType":"t","aggregateId":"k","type":"t","payloadBytes":1,
         "committedAt":"2026-01-01T10:00:00Z","quarantinedAt":"2026-01-01T10:00:01Z","reason":"too large","remedy":"none"}"""
            .formatted(relay.settings.get("name"), relay.schema(), EARLIER);
    relay.testbed.kafka().createTopic(quarantine(), 1, Map.of("cleanup.policy", "compact"));
    try (KafkaProducer<byte[], byte[]> earlier =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", relay.testbed.kafka().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      earlier.send(new ProducerRecord<>(quarantine(), utf8(EARLIER), utf8(value))).get();
    }
  }

  private static String quarantine() {
    return relay.settings.get("quarantine.topic");
  }

  private static Map<String, JsonNode> pointers(RelayHarness of) throws Exception {
    Map<String, JsonNode> pointers = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> found : of.read(of.settings.get("quarantine.topic"))) {
      String id = RelayHarness.header(found, "id");
      if (id != null) {
        pointers.put(id, JSON.readTree(found.value()));
      }
    }
    return pointers;
  }

  /** The positions inside a transaction of these rows. */
  private static List<JsonNode> partialPositions(List<String> rows) throws Exception {
    List<JsonNode> partials = new ArrayList<>();
    for (var found : relay.read(relay.settings.get("position.topic"))) {
      if (text(found.key()).equals(relay.settings.get("name"))) {
        JsonNode partial = JSON.readTree(found.value()).path("partial");
        if (rows.contains(partial.path("lastId").asText())) {
          partials.add(partial);
        }
      }
    }
    return partials;
  }

  private static void awaitQuarantine(Consumer<ListAssert<String>> expected) {
    await().atMost(SOON).untilAsserted(() -> expected.accept(assertThat(waiting())));
  }

  private static List<String> waiting() throws Exception {
    HttpRequest list =
        HttpRequest.newBuilder(relay.uri("/quarantine"))
            .header("Authorization", "Bearer " + RelayHarness.TOKEN)
            .build();
    List<String> ids = new ArrayList<>();
    ok(HttpClient.newHttpClient().send(list, HttpResponse.BodyHandlers.ofString()))
        .path("events")
        .forEach(event -> ids.add(event.path("id").asText()));
    return ids;
  }

  /** How many Kafka transactions a relay has begun: each has an epoch of its own. */
  private static int transactions(RelayHarness of) throws Exception {
    String first = "outrail-relay-" + of.settings.get("name");
    try (var admin = of.testbed.kafka().admin()) {
      return admin.describeTransactions(Set.of(first, first + "/2")).all().get().values().stream()
          .mapToInt(described -> described.producerEpoch())
          .sum();
    }
  }

  private static long locks(RelayHarness of) throws SQLException {
    try (Connection connection = of.connection();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Com_lock_tables'")) {
      result.next();
      return result.getLong(2);
    }
  }

  private static JsonNode ok(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
