package dev.outrail.relay;

import static dev.outrail.relay.RelayHarness.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The operator's verbs on a relay in a process of its own: what they do, and that it is audited.
 */
@Tag("long")
class OperatorIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "a-token-nobody-guesses";

  private final RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord");
  private final String topic = relay.topic("orders");
  private final String audit = relay.topic("audit");

  {
    relay.set("http.token", TOKEN).set("audit.topic", audit);
  }

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  void theScriptAsksARunningRelay() throws Exception {
    relay.start();

    ManagedProcess status = script("status");
    ManagedProcess refused = script("pause", "--token-file", "/dev/null");

    assertThat(status.awaitExit(RelayHarness.PATIENCE)).isZero();
    assertThat(status.log()).contains("state").contains("RUNNING").contains("lag");
    assertThat(refused.awaitExit(RelayHarness.PATIENCE)).isEqualTo(6);
    assertThat(refused.log()).contains("Remedy:");
    relay.kill();
    assertThat(script("status").awaitExit(RelayHarness.PATIENCE)).isEqualTo(7);
  }

  @Test
  void withoutTheTokenNothingIsChanged() throws Exception {
    relay.start();

    HttpResponse<String> missing = post("/pause", "{}", "");
    HttpResponse<String> wrong = post("/pause", "{}", TOKEN + "x");

    assertThat(missing.statusCode()).isEqualTo(401);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(status().path("state").asText()).isEqualTo("RUNNING");
    assertThat(relay.process().log()).doesNotContain(TOKEN);
  }

  @Test
  void aPauseSurvivesSigkillAndARestart() throws Exception {
    relay.start();
    String before = relay.insert(topic, "k", "1");
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 1);

    JsonNode done = ok(post("/pause", "{\"reason\":\"upgrade\"}", TOKEN));
    String during = relay.insert(topic, "k", "2");
    relay.kill();
    relay.launch();

    await().atMost(SOON).until(() -> status().path("state").asText().equals("PAUSED"));
    assertThat(status().path("paused").path("by").asText()).isEqualTo("ada");
    assertThat(status().path("paused").path("reason").asText()).isEqualTo("upgrade");
    assertThat(relay.get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(status().path("ready").asBoolean()).isFalse();
    assertThat(relay.ids(topic)).containsExactly(before);

    ok(post("/resume", "{}", TOKEN));
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(before, during));
    assertThat(audits().stream().map(line -> line.path("operation").asText()))
        .containsExactly("PAUSE", "RESUME");
    assertThat(audits().get(0).path("operationId").asText())
        .isEqualTo(done.path("operationId").asText());
    assertThat(audits().get(0).path("claimedBy").asText()).isEqualTo("ada");
  }

  @Test
  void replayMarksWhatItPublishesAgainAndIsAudited() throws Exception {
    relay.start();
    String a = insert(relay.schema(), "k1", "paid.v1", "2026-01-01 10:00:00");
    String b = insert(relay.schema(), "k2", "paid.v1", "2026-01-01 11:00:00");
    String c = insert(relay.schemas.get(1), "k1", "shipped.v1", "2026-01-01 12:00:00");
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 3);

    JsonNode dry = ok(post("/replay", "{\"key\":\"k1\"}", TOKEN));
    assertThat(dry.path("state").asText()).isEqualTo("DRY_RUN");
    assertThat(dry.path("selected").asInt()).isEqualTo(2);
    assertThat(relay.ids(topic)).as("a dry run publishes nothing").hasSize(3);
    assertThat(audits()).isEmpty();

    assertReplays("{\"ids\":[\"" + b + "\"],\"execute\":true}", b);
    assertReplays("{\"key\":\"k1\",\"execute\":true}", a, c);
    assertReplays("{\"type\":\"shipped.v1\",\"execute\":true}", c);
    assertReplays(
        "{\"from\":\"2026-01-01T10:30:00Z\",\"to\":\"2026-01-01T12:00:00Z\",\"execute\":true}", b);
    assertThat(audits().stream().filter(line -> line.path("outcome").asText().equals("DONE")))
        .hasSize(4);
  }

  @Test
  void liveEventsGoOnDuringAReplayAndNeitherIsLostOrRepeated() throws Exception {
    relay.set("run.max.events", "50").start();
    List<String> old = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      old.add(relay.insert(topic, "k" + i % 7, "old"));
    }
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 500);

    Thread asking =
        new Thread(() -> post("/replay", "{\"topic\":\"" + topic + "\",\"execute\":true}", TOKEN));
    asking.start();
    List<String> live = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      live.add(relay.insert(topic, "k", "live"));
    }
    asking.join();

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              List<ConsumerRecord<byte[], byte[]>> records = relay.read(topic);
              assertThat(unmarked(records)).containsExactlyInAnyOrderElementsOf(concat(old, live));
              assertThat(marked(records)).containsAll(old).doesNotHaveDuplicates();
            });
  }

  @Test
  void thePositionMovesBackAndForwardExactlyAndADryRunChangesNothing() throws Exception {
    relay.start();
    String first = relay.insert(topic, "k", "1");
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 1);
    String after1 = executed();
    String second = relay.insert(topic, "k", "2");
    String third = relay.insert(topic, "k", "3");
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 3);

    assertThat(
            post("/position", "{\"gtids\":\"" + after1 + "\",\"execute\":true}", TOKEN)
                .statusCode())
        .as("neither paused nor halted")
        .isEqualTo(409);
    ok(post("/pause", "{}", TOKEN));
    JsonNode dry = ok(post("/position", "{\"gtids\":\"" + after1 + "\"}", TOKEN));
    assertThat(dry.path("repeated").path("events").path("count").asInt()).isEqualTo(2);
    assertThat(dry.path("repeated").path("events").path("certainty").asText()).isEqualTo("EXACT");
    assertThat(json(read("/position")).path("gtids").asText()).isNotEqualTo(after1);

    ok(post("/position", "{\"gtids\":\"" + after1 + "\",\"execute\":true}", TOKEN));
    ok(post("/resume", "{}", TOKEN));
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(relay.ids(topic)).containsExactly(first, second, third, second, third));

    ok(post("/pause", "{}", TOKEN));
    String skipped = relay.insert(topic, "k", "4");
    JsonNode forward =
        ok(post("/position", "{\"gtids\":\"" + executed() + "\",\"execute\":true}", TOKEN));
    assertThat(
            forward.path("skipped").path("events").path("topics").path(0).path("lastId").asText())
        .isEqualTo(skipped);
    ok(post("/resume", "{}", TOKEN));
    String last = relay.insert(topic, "k", "5");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(relay.ids(topic))
                    .containsExactly(first, second, third, second, third, last));
    assertThat(audits().stream().map(line -> line.path("operation").asText()))
        .containsExactly("PAUSE", "POSITION", "RESUME", "PAUSE", "POSITION", "RESUME");
  }

  @Test
  void theQuarantineIsListedRetriedAndDiscarded() throws Exception {
    relay.testbed.kafka().createTopic(topic, 1, Map.of("max.message.bytes", "20000"));
    relay.start();
    String large = relay.insert(topic, "k", "x".repeat(30_000));
    String illegal = relay.insert("no topic!", "k", "y");
    String fine = relay.insert(topic, "k", "z");
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 1);

    assertThat(quarantined()).containsExactly(large, illegal);
    await().atMost(SOON).until(() -> status().path("quarantined").asInt() == 2);
    HttpResponse<String> tooSoon = post("/quarantine/" + large + "/retry", "{}", TOKEN);
    assertThat(tooSoon.statusCode()).isEqualTo(409);
    assertThat(tooSoon.body()).contains("still refused").contains("max.message.bytes");
    assertThat(quarantined()).containsExactly(large, illegal);
    assertThat(post("/quarantine/nothing/retry", "{}", TOKEN).statusCode()).isEqualTo(404);

    relay.allowMessagesOf(topic, 100_000);
    ok(post("/quarantine/" + large + "/retry", "{}", TOKEN));
    ok(post("/quarantine/" + illegal + "/discard", "{}", TOKEN));

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(fine, large));
    assertThat(quarantined()).isEmpty();
    assertThat(post("/quarantine/" + large + "/retry", "{}", TOKEN).statusCode()).isEqualTo(404);
    assertThat(audits().stream().map(line -> line.path("operation").asText()))
        .containsExactly("QUARANTINE_RETRY", "QUARANTINE_DISCARD");
    assertThat(relay.get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void aHaltedRelayGoesOnWhenItsReasonIsGoneAndItIsTold() throws Exception {
    relay.set("poison.policy", "halt");
    relay.testbed.kafka().createTopic(topic, 1, Map.of("max.message.bytes", "20000"));
    relay.start();
    String large = relay.insert(topic, "k", "x".repeat(30_000));
    await().atMost(SOON).until(() -> status().path("state").asText().equals("HALTED"));
    assertThat(post("/pause", "{}", TOKEN).statusCode()).isEqualTo(409);

    ok(post("/resume", "{}", TOKEN));
    await()
        .atMost(SOON)
        .until(
            () ->
                relay.process().log().split("HALTED, nothing", -1).length == 3
                    && status().path("state").asText().equals("HALTED"));
    relay.allowMessagesOf(topic, 100_000);
    ok(post("/resume", "{}", TOKEN));

    await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(large));
  }

  private List<String> quarantined() throws IOException {
    List<String> ids = new ArrayList<>();
    json(read("/quarantine")).path("events").forEach(event -> ids.add(event.path("id").asText()));
    return ids;
  }

  private void assertReplays(String body, String... ids) throws Exception {
    int before = relay.read(topic).size();
    JsonNode report = ok(post("/replay", body, TOKEN));
    String operation = report.path("operationId").asText();

    assertThat(report.path("published").asInt()).isEqualTo(ids.length);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              List<ConsumerRecord<byte[], byte[]>> records = relay.read(topic);
              assertThat(
                      records.stream()
                          .filter(found -> operation.equals(header(found, "replay")))
                          .map(found -> header(found, "id")))
                  .containsExactlyInAnyOrder(ids);
              assertThat(records).hasSize(before + ids.length);
            });
    JsonNode line = audits().get(audits().size() - 1);
    assertThat(line.path("operationId").asText()).isEqualTo(operation);
    assertThat(line.path("outcome").asText()).isEqualTo("DONE");
    assertThat(line.path("result").path("published").asInt()).isEqualTo(ids.length);
  }

  private ManagedProcess script(String... words) {
    Path file = relay.folder.resolve("script.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("outrail.root"), "outbox-relay", "relay").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("--url", relay.uri("").toString()));
    return ManagedProcess.command(command).name("script").logFile(file).start();
  }

  private HttpResponse<String> read(String path) {
    return send(HttpRequest.newBuilder(relay.uri(path)).header("Authorization", "Bearer " + TOKEN));
  }

  private HttpResponse<String> post(String path, String body, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(relay.uri(path))
            .header("Content-Type", "application/json")
            .header("X-Operator", "ada")
            .timeout(Duration.ofSeconds(90))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode ok(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response);
  }

  private JsonNode status() throws IOException {
    return json(relay.get("/status"));
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  private List<JsonNode> audits() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> found : relay.read(audit)) {
      lines.add(JSON.readTree(found.value()));
    }
    return lines;
  }

  private String executed() throws SQLException {
    try (Connection connection = relay.connection();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return result.getString(1).replace("\n", "");
    }
  }

  private String insert(String schema, String key, String type, String at) throws SQLException {
    String id = UUID.randomUUID().toString();
    try (Connection connection = relay.testbed.mysql().dataSource(schema).getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at) VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, topic);
      insert.setString(3, key);
      insert.setString(4, type);
      insert.setBytes(5, "{}".getBytes(StandardCharsets.UTF_8));
      insert.setString(6, at);
      insert.executeUpdate();
    }
    return id;
  }

  private static List<String> marked(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(found -> header(found, "replay") != null)
        .map(found -> header(found, "id"))
        .toList();
  }

  private static List<String> unmarked(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(found -> header(found, "replay") == null)
        .map(found -> header(found, "id"))
        .toList();
  }

  private static List<String> concat(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }
}
