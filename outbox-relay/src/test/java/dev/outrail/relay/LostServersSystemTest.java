package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Servers, networks and passwords go and come back; the relay's process stays, says the truth about
 * itself meanwhile, and goes on by itself.
 */
@Tag("long")
class LostServersSystemTest {

  private static final int OUTAGES = Integer.getInteger("test.outages", 1);
  private static final Duration DEAD_AFTER = Duration.ofSeconds(3);

  @Test
  void outlivesWhatHappensMostOften() throws Exception {
    outlives(
        EnumSet.of(
            Outage.BROKER_KILLED,
            Outage.MYSQLD_KILLED,
            Outage.MYSQL_GONE_SILENTLY,
            Outage.PASSWORD_ROTATED),
        1,
        Duration.ofSeconds(2));
  }

  @Test
  @Tag("soak")
  void outlivesEveryOutage() throws Exception {
    outlives(Outage.possible(Testbed.shared()), OUTAGES, Duration.ofSeconds(8));
  }

  /**
   * @param atMost how long an outage goes on once it is noticed
   */
  private static void outlives(Set<Outage> outages, int rounds, Duration atMost) throws Exception {
    long seed = Seed.next();
    Random random = new Random(seed);
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord");
        Outage.Scene scene = new Outage.Scene(relay, random);
        Recoveries recoveries = new Recoveries(relay)) {
      String topic = relay.topic("events");
      relay.set("mysql.dead.after.ms", Long.toString(DEAD_AFTER.toMillis()));
      try (Load load = new Load(relay, topic, 3, seed, Duration.ofMillis(20))) {
        long process = relay.start().process().pid();
        for (int round = 0; round < rounds; round++) {
          List<Outage> shuffled = new ArrayList<>(outages);
          Collections.shuffle(shuffled, random);
          for (Outage outage : shuffled) {
            awaitReady(relay, outage, 200, RelayHarness.PATIENCE);
            happen(outage, scene, Duration.ofMillis(random.nextLong(atMost.toMillis())));
            recoveries.measure(outage.name());
          }
        }
        assertThat(relay.process().isRunning()).isTrue();
        assertThat(relay.process().pid()).as("one process all the time").isEqualTo(process);
        load.stop();
        load.assertEachEventOnceAndInOrder();
        recoveries.print();
      }
    }
  }

  private static void happen(Outage outage, Outage.Scene scene, Duration longer) {
    long begun = System.nanoTime();
    outage.begin(scene);
    awaitReady(scene.relay(), outage, 503, RelayHarness.PATIENCE);
    System.out.printf("%s noticed within %d ms%n", outage, (System.nanoTime() - begun) / 1_000_000);
    await()
        .pollDelay(longer)
        .atMost(longer.plusSeconds(10))
        .untilAsserted(
            () -> assertThat(scene.relay().get("/health/live").statusCode()).isEqualTo(200));
    outage.end(scene);
  }

  private static void awaitReady(RelayHarness relay, Outage outage, int status, Duration patience) {
    await()
        .alias("/health/ready says %d, %s".formatted(status, outage))
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> relay.get("/health/ready").statusCode() == status);
  }
}
