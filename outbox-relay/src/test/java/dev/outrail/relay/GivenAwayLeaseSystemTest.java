package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.crash.Fault;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A relay that cannot work for a reason of its own is replaced by one that can. */
class GivenAwayLeaseSystemTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Tag("long")
  @Test
  void oneThatIsHaltedByItsOwnSettingsGivesTheLeaseAway() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      relay.set("topics.names", topic).set("topics.replication.factor", "3"); // of one broker
      ManagedProcess halted = relay.launch();
      halted.awaitLog("HALTED.*replication", RelayHarness.PATIENCE);

      relay.set("topics.replication.factor", "-1").start();
      String id = relay.insert(topic, "key", "published by the other");
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(id));
      assertThat(halted.isRunning()).as("it waits for its remedy").isTrue();
      assertThat(RelayHarness.get(halted, "/status").body()).contains("topics.replication.factor");
    }
  }

  /** Its threads for HTTP and for the lease go on, and so does its connection to MySQL. */
  @Tag("long")
  @Test
  void oneWhoseThreadHangsLosesTheLease() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      Path now = relay.folder.resolve("now");
      ManagedProcess stuck = relay.launch(Fault.STUCK, now);
      stuck.awaitLog("RUNNING", RelayHarness.PATIENCE);
      ManagedProcess heir = relay.launch();
      heir.awaitLog(" STANDBY: ", RelayHarness.PATIENCE);

      Files.createFile(now);
      stuck.awaitLog("FAULT STUCK", SOON);
      Files.delete(now);
      String id = relay.insert(topic, "key", "published by the heir");
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(id));
      assertThat(heir.log()).contains("ACTIVE: ");
      assertThat(stuck.log()).contains("The relay's thread hangs");
      assertThat(RelayHarness.get(stuck, "/health/live").statusCode()).isEqualTo(503);
    }
  }
}
