package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.Server;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** MySQL or Kafka dies and comes back; the relay's process stays and goes on. */
@Tag("long")
class LostServersSystemTest {

  private static final int OUTAGES = Integer.getInteger("test.outages", 1);

  @Test
  void outlivesAKilledBroker() throws Exception {
    outlives(Testbed.shared().kafka(), "broker");
  }

  @Test
  void outlivesAKilledMysqld() throws Exception {
    outlives(Testbed.shared().mysql(), "mysqld");
  }

  private static void outlives(Server server, String what) throws Exception {
    long seed = System.nanoTime();
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord")) {
      String topic = relay.topic("events");
      try (Load load = new Load(relay, topic, 3, seed, Duration.ofMillis(20))) {
        relay.start();
        await().atMost(RelayHarness.PATIENCE).until(() -> relay.read(topic).size() > 100);
        for (int round = 0; round < OUTAGES; round++) {
          server.kill();
          await()
              .atMost(Duration.ofSeconds(40))
              .untilAsserted(
                  () -> assertThat(relay.get("/health/ready").statusCode()).isEqualTo(503));
          assertThat(relay.get("/health/live").statusCode()).isEqualTo(200);
          server.start();
          long back = System.nanoTime();
          await()
              .atMost(RelayHarness.PATIENCE)
              .pollInterval(Duration.ofMillis(50))
              .untilAsserted(
                  () -> assertThat(relay.get("/health/ready").statusCode()).isEqualTo(200));
          System.out.printf(
              "Ready %d ms after the %s was back%n", (System.nanoTime() - back) / 1_000_000, what);
          long before = relay.read(topic).size();
          await().atMost(RelayHarness.PATIENCE).until(() -> relay.read(topic).size() > before);
        }
        load.stop();
        load.assertEachEventOnceAndInOrder();
        assertThat(relay.process().isRunning()).isTrue();
      }
    }
  }
}
