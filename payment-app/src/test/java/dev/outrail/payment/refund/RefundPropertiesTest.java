package dev.outrail.payment.refund;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefundPropertiesTest {

  private final RefundProperties properties =
      new RefundProperties(
          Duration.ofSeconds(1),
          20,
          Duration.ofMinutes(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofHours(6));

  @Test
  void thePauseDoublesUpToABoundAndNeverEnds() {
    assertThat(Stream.of(1, 2, 3, 4, 5, 1_000_000, Integer.MAX_VALUE).map(properties::backOff))
        .extracting(Duration::toSeconds)
        .containsExactly(5L, 10L, 20L, 30L, 30L, 30L, 30L);
  }
}
