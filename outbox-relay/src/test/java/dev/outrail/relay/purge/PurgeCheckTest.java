package dev.outrail.relay.purge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.CreatedAt;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Problem;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class PurgeCheckTest {

  @Test
  void aColumnThatTellsNoTimeIsRefused() {
    assertThat(unsuitable(new CreatedAt("timestamp(6)", false, true, ZoneOffset.UTC))).isEmpty();
    assertThat(unsuitable(new CreatedAt("datetime(6)", false, true, ZoneId.of("+08:00"))))
        .isEmpty();
    assertThat(unsuitable(new CreatedAt("datetime(6)", false, true, null)))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.remedy()).contains("outbox.created.at.zone", "purge.mode=off"));
    assertThat(unsuitable(new CreatedAt("bigint", false, false, null)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.what()).contains("is of type bigint"));
  }

  private static List<Problem> unsuitable(CreatedAt createdAt) {
    return PurgeCheck.unsuitable(
        new OutboxTable(
            new TableName("pay", "outbox"),
            true,
            createdAt,
            null,
            "PRIMARY",
            null,
            null,
            List.of()),
        PurgeSettings.Mode.DELETE);
  }
}
