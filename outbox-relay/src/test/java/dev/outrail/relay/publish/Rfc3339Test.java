package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class Rfc3339Test {

  @Test
  void sixDigitsAlways() {
    Rfc3339 times = new Rfc3339();

    assertThat(text(times, "2026-11-27T20:37:26Z")).isEqualTo("2026-11-27T20:37:26.000000Z");
    assertThat(text(times, "2026-11-27T20:37:26.123456789Z"))
        .isEqualTo("2026-11-27T20:37:26.123456Z");
    assertThat(text(times, "2026-11-27T20:37:26.000001Z")).isEqualTo("2026-11-27T20:37:26.000001Z");
    assertThat(text(times, "2026-11-27T20:37:27.5Z")).isEqualTo("2026-11-27T20:37:27.500000Z");
    assertThat(text(times, "2026-11-27T20:37:26.9Z")).isEqualTo("2026-11-27T20:37:26.900000Z");
    assertThat(text(times, "1969-12-31T23:59:59.25Z")).isEqualTo("1969-12-31T23:59:59.250000Z");
  }

  @Test
  void aTextOnceGivenDoesNotChange() {
    Rfc3339 times = new Rfc3339();
    byte[] first = times.utf8(Instant.parse("2026-11-27T20:37:26.1Z"));

    times.utf8(Instant.parse("2026-11-27T20:37:26.2Z"));

    assertThat(new String(first, StandardCharsets.UTF_8)).isEqualTo("2026-11-27T20:37:26.100000Z");
  }

  private static String text(Rfc3339 times, String time) {
    return new String(times.utf8(Instant.parse(time)), StandardCharsets.UTF_8);
  }
}
