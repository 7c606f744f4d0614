package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.EventKey;
import dev.outrail.relay.publish.QuarantineRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarantineTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00.123456789Z");

  private final List<QuarantineRecord> topic = new ArrayList<>();
  private final Quarantine quarantine = new Quarantine(() -> topic);

  @Test
  void whoeverSawItBeforeItWasReleasedIsTooLate() {
    QuarantineRecord one = quarantined("shop", "one", NOON);
    topic.add(one);
    topic.add(quarantined("shop", "another", NOON.plusSeconds(5)));
    assertThatCode(() -> quarantine.requireStill(one)).doesNotThrowAnyException();

    quarantine.released(List.of(one.event()));

    assertTooLate(quarantine, one);
    assertThat(quarantine.of(new EventKey("shop", "another"))).isNotNull();
  }

  @Test
  void alsoIfTheRelayHasBegunAnewMeanwhile() {
    QuarantineRecord seen = quarantined("shop", "one", NOON);

    assertTooLate(new Quarantine(List::of), seen);
  }

  @Test
  void anEventThatCameBackCanBeReleasedOnceMore() {
    QuarantineRecord seen = quarantined("shop", "one", NOON);
    topic.add(seen);
    quarantine.requireStill(seen);
    quarantine.released(List.of(seen.event()));
    assertThat(quarantine.of(seen.event())).isNull();
    QuarantineRecord again = quarantined("shop", "one", NOON.plusSeconds(60));
    quarantine.added(List.of(again));

    assertTooLate(quarantine, seen);
    assertThatCode(() -> quarantine.requireStill(again)).doesNotThrowAnyException();
  }

  @Test
  void anIdIsOneInItsDatabaseOnly() {
    topic.add(quarantined("shop", "7", NOON));
    topic.add(quarantined("stock", "7", NOON));

    assertThat(quarantine.of(new EventKey("shop", "7"))).isNotNull();
    quarantine.released(List.of(new EventKey("shop", "7")));

    assertThat(quarantine.of(new EventKey("shop", "7"))).isNull();
    assertThat(quarantine.of(new EventKey("stock", "7"))).isNotNull();
  }

  @Test
  void aSilentKafkaRefusesTheVerbAndEndsNothing() {
    Quarantine unreadable =
        new Quarantine(
            () -> {
              throw new TransientException("no answer", null);
            });

    assertThatThrownBy(() -> unreadable.of(new EventKey("shop", "7")))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("no answer");
  }

  private static void assertTooLate(Quarantine quarantine, QuarantineRecord seen) {
    assertThatThrownBy(() -> quarantine.requireStill(seen))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining(seen.id());
  }

  private static QuarantineRecord quarantined(String schema, String id, Instant at) {
    return new QuarantineRecord(
        "relay/" + schema + "/" + id,
        "relay",
        schema,
        id,
        "topic",
        "key",
        "type",
        10,
        NOON,
        at,
        "too large",
        "allow it",
        0);
  }
}
