package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.relay.crash.CrashPoint;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import dev.outrail.testbed.process.ManagedProcess;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of events, verbs and figures while Kafka's ACLs keep the relay from a topic. */
class DeniedTopicIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Testbed testbed;

  private final RelayHarness relay = new RelayHarness(testbed, "pay");
  private final String topic = relay.topic("b");
  private final String other = relay.topic("a");

  {
    relay.set("http.token", RelayHarness.TOKEN).set("backoff.max.ms", "500");
  }

  @BeforeAll
  static void startServers() {
    testbed =
        Testbed.start(
            TestbedOptions.defaults()
                .withBrokerProperty(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withBrokerProperty("allow.everyone.if.no.acl.found", "true"));
  }

  @AfterAll
  static void stopServers() {
    testbed.close();
  }

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  @Tag("long")
  void pausesGrowWhileAFailureLastsAndReadinessAndLagTellTheTruth() throws Exception {
    relay.set("backoff.initial.ms", "300").set("backoff.max.ms", "60000");
    String quarantine = relay.settings.get("quarantine.topic");
    testbed.kafka().createTopic(quarantine, 1, Map.of("cleanup.policy", "compact"));
    denyWrite(quarantine);
    relay.start();
    relay.insert(topic, "k", "1");
    await().atMost(SOON).until(() -> relay.published() == 1);

    long late = System.nanoTime();
    relay.insert("no topic name!", "k", "cannot be published");
    await().atMost(SOON).until(() -> retries() >= 1);
    List<String> wrong = new ArrayList<>();
    await()
        .atMost(RelayHarness.PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              double least = Duration.ofNanos(System.nanoTime() - late).toMillis() / 1000.0 - 1;
              String metrics = relay.get("/metrics").body();
              if (figure(metrics, "outrail_relay_lag_seconds ") < least) {
                wrong.add("lag after " + least);
              }
              if (figure(metrics, "outrail_relay_ready ") != 0) {
                wrong.add("ready after " + least);
              }
              return figure(metrics, "outrail_relay_retries_total ") >= 5;
            });

    String status = relay.get("/status").body();
    assertThat(pauseMillis(status))
        .as("the fifth pause, doubled four times, half of it or more: " + status)
        .isGreaterThanOrEqualTo(300 * 16 / 2);
    assertThat(wrong).isEmpty();
    assertThat(status).as("the topic that is the cause").contains(quarantine);
    relay.process().stop(SOON);
    allow(quarantine);
  }

  @Tag("long")
  @Test
  void aStartIsRefusedWithEachRightThatIsMissing() throws Exception {
    String positions = relay.settings.get("position.topic");
    String quarantine = relay.settings.get("quarantine.topic");
    String id = "outrail-relay-" + relay.settings.get("name") + "/2";
    relay.start().process().stop(SOON);
    testbed.kafka().createTopic(quarantine, 1, Map.of("cleanup.policy", "compact"));
    denyWrite(positions);
    denyWrite(quarantine);
    try (Admin admin = testbed.kafka().admin()) {
      admin
          .createAcls(
              List.of(
                  new AclBinding(
                      new ResourcePattern(ResourceType.TRANSACTIONAL_ID, id, PatternType.LITERAL),
                      entry(AclOperation.ALL, AclPermissionType.DENY))))
          .all()
          .get();
    }

    for (String[] arguments : new String[][] {{"--check-config"}, {}}) {
      assertThat(relay.launch(arguments).awaitExit(SOON)).isEqualTo(3);
      assertThat(relay.process().log())
          .contains("--operation WRITE --topic " + positions)
          .contains("--operation WRITE --topic " + quarantine)
          .contains("--transactional-id " + id);
    }
    allow(positions);
    allow(quarantine);
  }

  /** What has to be in order of each key is in one partition here: the order of all. */
  @Test
  void eventsOfADeniedTopicWaitInOrderWhileOthersFlowAndGoOutBeforeLaterOnes() throws Exception {
    testbed.kafka().createTopic(topic, 1);
    relay.start();
    String before = relay.insert(topic, "k", "0");
    await().atMost(SOON).until(() -> relay.ids(topic).equals(List.of(before)));
    String position;
    try (Connection connection = relay.connection()) {
      position = OldRows.executed(connection);
    }

    denyWrite(topic);
    String first = relay.insert(topic, "k", "1");
    String flows = relay.insert(other, "k", "2");
    String second = relay.insert(topic, "k", "3");
    String discarded = relay.insert(topic, "k", "4");
    await().atMost(SOON).until(() -> relay.ids(other).equals(List.of(flows)));
    await().atMost(SOON).until(() -> blocked() == 3);

    assertThat(pointers().values())
        .extracting(one -> one.path("held").asBoolean() + " " + one.path("sequence").asLong())
        .containsExactly("true 1", "true 2", "true 3");
    assertThat(pointers().get(first).path("reason").asText()).contains(topic);
    assertThat(relay.metric("outrail_relay_ready ")).as("the others flow").isEqualTo(1);
    await().atMost(SOON).until(() -> relay.lagSeconds() > 1);
    assertThat(relay.get("/status").body()).contains("blocked").contains(topic);
    assertThat(post("/quarantine/" + first + "/retry"))
        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(409))
        .satisfies(answer -> assertThat(answer.body()).contains("by themselves"));
    assertThat(post("/quarantine/" + discarded + "/discard").statusCode()).isEqualTo(200);
    assertThat(blocked()).isEqualTo(2);
    assertRefused(
        "/replay", "{\"schema\":\"" + relay.schema() + "\",\"execute\":true}", "2 events");
    assertThat(post("/pause").statusCode()).isEqualTo(200);
    assertRefused("/position", "{\"gtids\":\"" + position + "\",\"execute\":true}", "2 events");
    assertThat(post("/resume").statusCode()).isEqualTo(200);

    relay.kill();
    relay.start();
    String third = relay.insert(topic, "k", "5");
    await().atMost(SOON).until(() -> blocked() == 3);
    assertThat(relay.ids(topic)).as("nothing overtakes").containsExactly(before);

    allow(topic);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(relay.ids(topic)).containsExactly(before, first, second, third));
    String live = relay.insert(topic, "k", "6");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(relay.ids(topic)).containsExactly(before, first, second, third, live));
    assertThat(pointers()).isEmpty();
    assertThat(relay.get("/metrics").body()).doesNotContain("outrail_relay_blocked{");
    assertThat(relay.metric("outrail_relay_retries_total ")).isZero();
  }

  @Test
  @Tag("long")
  void killsWhileHeldEventsGoOutLeaveEachOnceAndInOrder() throws Exception {
    testbed.kafka().createTopic(topic, 1);
    relay.set("run.max.events", "7");
    relay.start();
    denyWrite(topic);
    List<String> written = new ArrayList<>();
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 120; i++) {
        written.add(RelayHarness.insert(connection, topic, "k" + i % 5, "" + i));
      }
      connection.commit();
    }
    await().atMost(SOON).until(() -> blocked() == 120);
    relay.kill();

    allow(topic);
    crash(CrashPoint.DURING_RELEASE);
    assertThat(relay.ids(topic)).as("not the third page").hasSize(2 * 7);
    written.add(relay.insert(topic, "k1", "committed while the topic is held"));
    crash(CrashPoint.AFTER_RELEASE);
    assertThat(relay.ids(topic)).as("three pages more").hasSize(5 * 7);
    relay.launch();
    await().atMost(SOON).until(() -> relay.ids(topic).size() >= written.size());
    written.add(relay.insert(topic, "k1", "live"));

    await().atMost(SOON).until(() -> relay.ids(topic).size() >= written.size());
    assertThat(relay.ids(topic)).containsExactlyElementsOf(written);
  }

  /** The replay is of more chunks than it can have published when the topic becomes held. */
  @Test
  @Tag("long")
  void aReplayWaitsForATopicThatBecomesHeldMeanwhileAndIsDoneBehindIt() throws Exception {
    testbed.kafka().createTopic(topic, 1);
    relay.set("run.max.events", "4").start();
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 80; i++) {
        RelayHarness.insert(connection, other, "k", "" + i);
      }
      connection.commit();
    }
    String last = relay.insert(topic, "k", "the last");
    await().atMost(SOON).until(() -> relay.ids(topic).equals(List.of(last)));
    denyWrite(topic);

    CompletableFuture<HttpResponse<String>> asking =
        CompletableFuture.supplyAsync(
            () ->
                relay.post("/replay", "{\"schema\":\"" + relay.schema() + "\",\"execute\":true}"));
    await().atMost(SOON).until(() -> relay.ids(other).size() > 80);
    String held = relay.insert(topic, "k", "live");
    await().atMost(SOON).until(() -> blocked() == 1);
    await().atMost(SOON).until(() -> relay.ids(other).size() == 160);
    relay.process().awaitLog("REPLAY .* waits until the events of topic " + topic, SOON);
    assertThat(asking.join().statusCode()).isIn(200, 202);

    allow(topic);
    relay.process().awaitLog("REPLAY .* done: 81 events", SOON);
    assertThat(relay.ids(topic)).containsExactly(last, held, last);
  }

  /** As a new user meets it: neither topic exists, and one ACL is missing altogether. */
  @Test
  void aFirstStartHoldsWhatIsDeniedAndPublishesTheRest() throws Exception {
    acl(topic, AclOperation.ALL, AclPermissionType.DENY);
    String held = relay.insert(topic, "k", "1");
    String flows = relay.insert(other, "k", "2");
    relay.start();
    String audit = relay.settings.get("audit.topic");

    assertThat(relay.ids(other)).containsExactly(flows);
    await().atMost(SOON).until(() -> blocked() == 1);
    assertThat(relay.process().isRunning()).isTrue();

    testbed.kafka().createTopic(audit, 1);
    denyWrite(audit);
    assertThat(post("/pause"))
        .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(409))
        .satisfies(answer -> assertThat(answer.body()).contains(audit));
    String next = relay.insert(other, "k", "3");
    await().atMost(SOON).until(() -> relay.ids(other).equals(List.of(flows, next)));
    assertThat(relay.metric("outrail_relay_retries_total ")).as("a refused verb").isZero();

    String later = relay.insert(topic, "k", "4");
    allow(topic);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(held, later));
  }

  @Test
  @Tag("long")
  void whoWantsToStopAtADeniedTopicIsToldWhichItIs() throws Exception {
    testbed.kafka().createTopic(topic, 1);
    relay.set("topics.denied", "halt");
    relay.start();
    denyWrite(topic);
    String denied;
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      RelayHarness.insert(connection, other, "k", "an innocent one");
      denied = RelayHarness.insert(connection, topic, "k", "1");
      RelayHarness.insert(connection, other, "k", "another");
      connection.commit();
    }
    await().atMost(SOON).until(() -> relay.get("/status").body().contains("\"HALTED\""));
    assertThat(JSON.readTree(relay.get("/status").body()).path("lastError").path("what").asText())
        .contains(topic)
        .doesNotContain(other);

    allow(topic);
    assertThat(post("/resume").statusCode()).isEqualTo(200);
    await().atMost(SOON).until(() -> relay.ids(topic).equals(List.of(denied)));
    assertThat(relay.ids(other)).hasSize(2);
  }

  private void crash(CrashPoint point) {
    ManagedProcess process = relay.launch(point, 3);
    assertThat(process.awaitExit(SOON)).isEqualTo(137);
    assertThat(process.log()).contains(point.lastWords());
  }

  private double blocked() {
    return figure(relay.get("/metrics").body(), "outrail_relay_blocked{topic=\"" + topic + "\"}");
  }

  /** Zero if it is not there. */
  private static double figure(String metrics, String prefix) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** By event id, in the topic's order. */
  private Map<String, JsonNode> pointers() throws Exception {
    Map<String, JsonNode> open = new LinkedHashMap<>();
    for (var found : relay.read(relay.settings.get("quarantine.topic"))) {
      String key = new String(found.key(), StandardCharsets.UTF_8);
      String id = key.substring(key.lastIndexOf('/') + 1);
      if (found.value() == null) {
        open.remove(id);
      } else {
        open.put(id, JSON.readTree(found.value()));
      }
    }
    return open;
  }

  private void assertRefused(String path, String body, String says) {
    HttpResponse<String> answer = relay.post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    assertThat(answer.body()).contains(says + " of topic " + topic);
  }

  private HttpResponse<String> post(String path) {
    return relay.post(path, "{}");
  }

  private static long pauseMillis(String status) {
    Matcher pause = Pattern.compile("by itself, in (\\d+) ms").matcher(status);
    return pause.find() ? Long.parseLong(pause.group(1)) : -1;
  }

  private double retries() {
    return relay.metric("outrail_relay_retries_total ");
  }

  /** Readable, so that its topic can be looked at. */
  private static void denyWrite(String topic) throws Exception {
    acl(topic, AclOperation.ALL, AclPermissionType.ALLOW);
    acl(topic, AclOperation.WRITE, AclPermissionType.DENY);
    awaitWrite(topic, false);
  }

  /** Brokers learn of an ACL a moment after it was made. */
  private static void awaitWrite(String topic, boolean allowed) throws Exception {
    try (Admin admin = testbed.kafka().admin()) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  admin
                          .describeTopics(
                              List.of(topic),
                              new DescribeTopicsOptions().includeAuthorizedOperations(true))
                          .allTopicNames()
                          .get()
                          .get(topic)
                          .authorizedOperations()
                          .contains(AclOperation.WRITE)
                      == allowed);
    }
  }

  private static void acl(String topic, AclOperation operation, AclPermissionType type)
      throws Exception {
    try (Admin admin = testbed.kafka().admin()) {
      admin.createAcls(List.of(binding(topic, operation, type))).all().get();
    }
  }

  private static void allow(String topic) throws Exception {
    try (Admin admin = testbed.kafka().admin()) {
      admin
          .deleteAcls(
              List.of(
                  new AclBindingFilter(
                      new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL)
                          .toFilter(),
                      AccessControlEntryFilter.ANY)))
          .all()
          .get();
    }
  }

  private static AclBinding binding(String topic, AclOperation operation, AclPermissionType type) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        entry(operation, type));
  }

  private static AccessControlEntry entry(AclOperation operation, AclPermissionType type) {
    return new AccessControlEntry("User:ANONYMOUS", "*", operation, type);
  }
}
