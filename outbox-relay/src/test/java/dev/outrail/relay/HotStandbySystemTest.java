package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.relay.crash.CrashPoint;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.network.TcpProxy;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two relays of one name: one works, the other takes over, whatever befalls the first, and no event
 * is lost, repeated or out of order. How long it takes is printed; the bench measures it.
 */
@Tag("long")
class HotStandbySystemTest {

  private static final int TAKEOVERS = Integer.getInteger("test.takeovers", 9);

  @Test
  void takesOverFromKilledAndFrozenRelaysUnderLoad() throws Exception {
    List<Duration> killed = new ArrayList<>();
    List<Duration> frozen = new ArrayList<>();
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord")) {
      String topic = relay.topic("events");
      relay.testbed.kafka().createTopic(topic, 3);
      try (Load load = new Load(relay, topic, 3, Seed.next(), Duration.ofMillis(10));
          Arrivals arrivals = new Arrivals(relay.testbed.kafka().bootstrapServers(), topic, 3)) {
        relay.start();
        ManagedProcess active = relay.process();
        ManagedProcess standby = standby(relay);
        for (int takeover = 0; takeover < TAKEOVERS; takeover++) {
          boolean freeze = takeover % 3 == 2;
          Instant then = Instant.now();
          if (freeze) {
            active.pause();
          } else {
            active.kill();
          }
          Instant gone = Instant.now(); // what commits from here on is the successor's
          await()
              .atMost(RelayHarness.PATIENCE)
              .pollInterval(Duration.ofMillis(20))
              .until(() -> arrivals.firstCommittedAfter(gone) != null);
          System.out.printf(
              "%s %s, seen again %s%n",
              freeze ? "frozen" : "killed", then, arrivals.firstCommittedAfter(gone));
          (freeze ? frozen : killed)
              .add(Duration.between(then, arrivals.firstCommittedAfter(gone)));
          ManagedProcess next = active;
          if (freeze) {
            active.resume();
            awaitRole(next, "STANDBY");
          } else {
            next = standby(relay);
          }
          active = standby;
          standby = next;
          assertThat(role(active)).isEqualTo("ACTIVE");
        }
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
    report("killed", killed);
    report("frozen", frozen);
  }

  @Test
  void aZombieThatWakesUpWithRowsInItsHandsPublishesNone() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("t");
      ManagedProcess zombie = relay.process();
      ManagedProcess heir = standby(relay);
      zombie.pause();
      List<String> ids = new ArrayList<>();
      for (int row = 0; row < 50; row++) {
        ids.add(relay.insert(topic, "k", Integer.toString(row)));
      }
      await()
          .atMost(RelayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(ids));

      zombie.resume();
      awaitRole(zombie, "STANDBY");
      ids.add(relay.insert(topic, "k", "last"));

      await()
          .atMost(RelayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(ids));
      assertThat(role(heir)).isEqualTo("ACTIVE");
      assertThat(zombie.log()).containsPattern("STEPPED DOWN|FENCED|RETRYING");
      assertThat(RelayHarness.get(zombie, "/health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aStandbyThatDiesWhileItTakesOverIsReplacedInTurn() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("t");
      ManagedProcess active = relay.process();
      List<String> ids = new ArrayList<>(List.of(relay.insert(topic, "k", "0")));
      await().atMost(RelayHarness.PATIENCE).until(() -> relay.ids(topic).size() == 1);
      ManagedProcess heir = awaitStandby(relay.launch(CrashPoint.DURING_TAKEOVER, 1));
      ManagedProcess heirOfTheHeir = standby(relay);

      active.kill();
      for (int row = 1; row < 50; row++) {
        ids.add(relay.insert(topic, "k", Integer.toString(row)));
      }
      await()
          .atMost(RelayHarness.PATIENCE)
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(ids));
      if (heir.isRunning()) { // the other was first: it goes, too
        heirOfTheHeir.kill();
        relay.start();
        ids.add(relay.insert(topic, "k", "last"));
        await()
            .atMost(RelayHarness.PATIENCE)
            .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactlyElementsOf(ids));
      }
      assertThat(heir.awaitExit(RelayHarness.PATIENCE)).isEqualTo(137);
      assertThat(heir.log()).contains(CrashPoint.DURING_TAKEOVER.lastWords());
    }
  }

  @Test
  void aRelayThatIsCutOffFromMySqlIsReplacedAndStandsByOnceItIsBack() throws Exception {
    Testbed testbed = Testbed.shared();
    try (RelayHarness relay = new RelayHarness(testbed, "pay", "ord");
        TcpProxy wire = TcpProxy.to(testbed.mysql().host(), testbed.mysql().port())) {
      String topic = relay.topic("events");
      testbed.kafka().createTopic(topic, 3);
      try (Load load = new Load(relay, topic, 3, Seed.next(), Duration.ofMillis(10));
          Arrivals arrivals = new Arrivals(testbed.kafka().bootstrapServers(), topic, 3)) {
        relay.set("mysql.port", Integer.toString(wire.port())).start();
        ManagedProcess behindTheWire = relay.process();
        relay.set("mysql.port", Integer.toString(testbed.mysql().port()));
        ManagedProcess heir = standby(relay);

        Instant then = Instant.now();
        wire.stall(); // half-open: neither side is told
        Instant gone = Instant.now();
        await()
            .atMost(RelayHarness.PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> arrivals.firstCommittedAfter(gone) != null);
        Duration silence = Duration.between(then, arrivals.firstCommittedAfter(gone));
        assertThat(role(heir)).isEqualTo("ACTIVE");
        wire.restore();
        awaitRole(behindTheWire, "STANDBY");

        load.stop();
        load.assertEachEventOnceAndInOrder();
        System.out.printf("Takeover of a relay that is cut off: %d ms%n", silence.toMillis());
      }
    }
  }

  @Test
  void plannedHandoversToAndFroLoseNothingAndFenceNobody() throws Exception {
    List<Duration> silences = new ArrayList<>();
    String token = "a-token-nobody-guesses";
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord")) {
      relay.set("http.token", token);
      String topic = relay.topic("events");
      relay.testbed.kafka().createTopic(topic, 3);
      try (Load load = new Load(relay, topic, 3, Seed.next(), Duration.ofMillis(10));
          Arrivals arrivals = new Arrivals(relay.testbed.kafka().bootstrapServers(), topic, 3)) {
        relay.start();
        ManagedProcess active = relay.process();
        assertThat(post(active, "/handover", token).statusCode()).as("no standby").isEqualTo(409);
        ManagedProcess standby = standby(relay);
        assertThat(post(standby, "/handover", token).statusCode()).as("a standby").isEqualTo(409);
        for (int handover = 0; handover < 6; handover++) {
          ManagedProcess giver = active;
          await()
              .atMost(RelayHarness.PATIENCE)
              .untilAsserted(
                  () ->
                      assertThat(RelayHarness.get(giver, "/status").body())
                          .contains("\"standbys\" : 1"));
          Instant from = Instant.now();
          HttpResponse<String> answer = post(active, "/handover", token);
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          await()
              .atMost(RelayHarness.PATIENCE)
              .until(() -> arrivals.firstCommittedAfter(Instant.now().minusMillis(200)) != null);
          silences.add(arrivals.longestSilence(from, Instant.now()));
          active = standby;
          standby = giver;
          awaitRole(standby, "STANDBY");
          assertThat(role(active)).isEqualTo("ACTIVE");
          assertThat(giver.log())
              .as("stops by itself, not because Kafka stops it")
              .contains("STEPPED DOWN: handed over")
              .doesNotContain("FENCED");
        }
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
    Collections.sort(silences);
    System.out.println("Silence of a planned handover, sorted: " + silences);
  }

  private static HttpResponse<String> post(ManagedProcess process, String path, String token)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(RelayHarness.uri(process, path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static ManagedProcess standby(RelayHarness relay) {
    return awaitStandby(relay.launch());
  }

  private static ManagedProcess awaitStandby(ManagedProcess launched) {
    launched.awaitLog(" STANDBY: ", RelayHarness.PATIENCE);
    awaitRole(launched, "STANDBY");
    return launched;
  }

  private static void awaitRole(ManagedProcess process, String role) {
    await()
        .atMost(RelayHarness.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              assertThat(role(process)).isEqualTo(role);
              assertThat(RelayHarness.get(process, "/health/ready").statusCode()).isEqualTo(200);
            });
  }

  private static String role(ManagedProcess process) throws IOException {
    JsonNode status = new ObjectMapper().readTree(RelayHarness.get(process, "/status").body());
    return status.path("role").asText();
  }

  private static void report(String what, List<Duration> all) {
    List<Duration> sorted = new ArrayList<>(all);
    Collections.sort(sorted);
    Duration p95 = sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1);
    System.out.printf(
        "Takeover of a %s relay: p50 %d ms, p95 %d ms, max %d ms (n=%d)%n",
        what,
        sorted.get(sorted.size() / 2).toMillis(),
        p95.toMillis(),
        sorted.get(sorted.size() - 1).toMillis(),
        sorted.size());
  }
}
