package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class CreatedAtTest {

  private static final Instant LATE = Instant.parse("2026-01-31T20:00:00.000123Z");

  @Test
  void aDatetimeIsOfTheZoneThatWasSaid() {
    CreatedAt shanghai = column(ZoneId.of("Asia/Shanghai"));

    assertThat(shanghai.literal(LATE)).isEqualTo("2026-02-01 04:00:00.000123");
    assertThat(shanghai.instant("2026-02-01 04:00:00.000123")).isEqualTo(LATE);
    assertThat(shanghai.day(LATE)).isEqualTo(column(ZoneOffset.UTC).day(LATE) + 1);
  }

  @Test
  void daysCountAsInMySql() {
    assertThat(column(ZoneOffset.UTC).day(Instant.EPOCH)).isEqualTo(719_528);
  }

  @Test
  void anHourThatComesTwiceCountsAsTheFirst() {
    assertThat(column(ZoneId.of("Europe/Berlin")).instant("2026-10-25 02:30:00.000000"))
        .isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
  }

  private static CreatedAt column(ZoneId zone) {
    return new CreatedAt("datetime(6)", false, true, zone);
  }
}
