package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
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

  private static Testbed testbed;

  private final RelayHarness relay = new RelayHarness(testbed, "pay");

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
  void pausesGrowWhileAFailureLastsAndReadinessAndLagTellTheTruth() throws Exception {
    String topic = relay.topic("a");
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
    while (retries() < 5) {
      double least = Duration.ofNanos(System.nanoTime() - late).toMillis() / 1000.0 - 1;
      if (relay.lagSeconds() < least) {
        wrong.add("lag " + relay.lagSeconds() + " after " + least);
      }
      if (relay.metric("outrail_relay_ready ") != 0) {
        wrong.add("ready after " + least);
      }
    }

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

  private static long pauseMillis(String status) {
    Matcher pause = Pattern.compile("by itself, in (\\d+) ms").matcher(status);
    return pause.find() ? Long.parseLong(pause.group(1)) : -1;
  }

  private double retries() {
    return relay.metric("outrail_relay_retries_total ");
  }

  /** Readable, so that its topic can be looked at. */
  private static void denyWrite(String topic) throws Exception {
    acl(topic, AclOperation.WRITE, AclPermissionType.DENY);
    acl(topic, AclOperation.ALL, AclPermissionType.ALLOW);
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
                  new org.apache.kafka.common.acl.AclBindingFilter(
                      new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL)
                          .toFilter(),
                      org.apache.kafka.common.acl.AccessControlEntryFilter.ANY)))
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
