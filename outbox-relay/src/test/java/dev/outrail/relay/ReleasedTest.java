package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.publish.QuarantineRecord;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReleasedTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00.123456789Z");

  private final Released released = new Released();

  @Test
  void whoeverSawItBeforeItWasReleasedIsTooLate() {
    released.add(quarantined("one", NOON));
    released.add(quarantined("another", NOON.plusSeconds(5)));

    assertThatThrownBy(() -> released.requireNot(quarantined("one", NOON)))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("one");
  }

  @Test
  void anEventThatCameBackCanBeReleasedOnceMore() {
    released.add(quarantined("one", NOON));
    QuarantineRecord again = quarantined("one", NOON.plusSeconds(60));

    assertThatCode(() -> released.requireNot(again)).doesNotThrowAnyException();
    released.add(again);
    assertThatThrownBy(() -> released.requireNot(again))
        .isInstanceOf(OperationRefusedException.class);
  }

  @Test
  void othersAreNotTouched() {
    released.add(quarantined("one", NOON));

    assertThatCode(() -> released.requireNot(quarantined("another", NOON)))
        .doesNotThrowAnyException();
  }

  private static QuarantineRecord quarantined(String id, Instant at) {
    return new QuarantineRecord(
        "relay", "shop", id, "topic", "key", "type", 10, NOON, at, "too large", "allow it");
  }
}
