package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.crash.CrashPoint;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The relay dies at each point where that could matter, under one load, and one check at the end.
 */
@Tag("long")
class CrashPointsSystemTest {

  private static final int CRASHES_PER_POINT = Integer.getInteger("test.crashes", 1);
  private static final int EVENTS = Integer.getInteger("test.crashes.events", 100_000);
  private static final int KILLED = 128 + 9;

  @Test
  void whereverTheRelayCrashesEachEventIsThereOnceAndInOrder() throws Exception {
    long seed = Seed.next();
    Random random = new Random(seed);
    List<CrashPoint> points = new ArrayList<>();
    for (int round = 0; round < CRASHES_PER_POINT; round++) {
      List<CrashPoint> shuffled =
          new ArrayList<>(
              EnumSet.complementOf(
                  EnumSet.of(
                      CrashPoint.DURING_PURGE,
                      CrashPoint.DURING_RELEASE,
                      CrashPoint.AFTER_RELEASE)));
      Collections.shuffle(shuffled, random);
      points.addAll(shuffled);
    }
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord")) {
      String topic = relay.topic("events");
      try (Load load = new Load(relay, topic, 4, seed, Duration.ofMillis(160), Load.Rows.MANY)) {
        relay.start().kill(); // the snapshot is behind it
        for (CrashPoint point : points) {
          crash(relay, point, 1 + random.nextInt(point.hitsWithinASecond()));
        }
        relay.start();
        await().atMost(Duration.ofMinutes(5)).until(() -> load.written() >= EVENTS);
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
  }

  private static void crash(RelayHarness relay, CrashPoint point, int hit) {
    long begun = System.nanoTime();
    ManagedProcess process = relay.launch(point, hit);
    int code = process.awaitExit(RelayHarness.PATIENCE);
    System.out.printf(
        "%s at hit %d, %d ms after the launch%n",
        point, hit, (System.nanoTime() - begun) / 1_000_000);
    assertThat(process.log()).as("the end came from the point").contains(point.lastWords());
    assertThat(code).as("exit code").isEqualTo(KILLED);
  }
}
