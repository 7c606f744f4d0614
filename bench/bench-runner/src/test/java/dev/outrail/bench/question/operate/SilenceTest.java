package dev.outrail.bench.question.operate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceTest {

  @Test
  void isTheLongestTimeBetweenArrivalsThatEndsAfterTheMoment() {
    long[] seen = {100, 900, 910, 950, 1_500, 1_510};

    assertThat(Silence.longest(seen, 920)).isEqualTo(550);
    assertThat(Silence.longest(seen, 1_505)).isEqualTo(10);
  }

  @Test
  void anEventThatNeverCameIsNoArrival() {
    assertThat(Silence.longest(new long[] {0, 1_000, 0, 1_005}, 500)).isEqualTo(5);
    assertThat(Silence.longest(new long[] {0, 0}, 500)).isZero();
  }
}
