package dev.outrail.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThroughputTest {

  private static final Duration TEN = Duration.ofSeconds(10);
  private static final Duration SIXTY = Duration.ofSeconds(60);

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final Throughput throughput = new Throughput(() -> now);

  @Test
  void countsWholeSecondsAndForgetsOldOnes() {
    for (int second = 0; second < 200; second++) {
      throughput.add(second < 190 ? 5 : 25);
      now = now.plusSeconds(1);
    }
    assertThat(throughput.perSecond(TEN)).isEqualTo(25);
    assertThat(throughput.perSecond(SIXTY)).isEqualTo((50 * 5 + 10 * 25) / 60.0);

    now = now.plusSeconds(30);
    assertThat(throughput.perSecond(TEN)).isZero();
    now = now.plusSeconds(40);
    assertThat(throughput.perSecond(SIXTY)).isZero();
  }

  @Test
  void aYoungProcessIsMeasuredOverItsLife() {
    throughput.add(8);
    now = now.plusSeconds(2);

    assertThat(throughput.perSecond(TEN)).isEqualTo(4);
  }
}
