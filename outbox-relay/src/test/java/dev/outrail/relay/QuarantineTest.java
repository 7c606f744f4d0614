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

  @Test
  void theTopicIsReadOnceHoweverManyAsk() {
    int[] readings = {0};
    Quarantine counting =
        new Quarantine(
            () -> {
              readings[0]++;
              return topic;
            });
    topic.add(quarantined("shop", "7", NOON));
    topic.add(quarantined("stock", "7", NOON));

    assertThat(counting.size()).isEqualTo(2);
    counting.added(List.of(quarantined("shop", "8", NOON)));
    counting.released(List.of(new EventKey("stock", "7")));

    assertThat(counting.ids()).containsExactlyInAnyOrder("7", "8");
    assertThat(counting.size()).isEqualTo(2);
    assertThat(readings[0]).isEqualTo(1);
  }

  /** The reading may have seen it, or not. */
  @Test
  void whatIsCommittedWhileTheTopicIsReadCounts() {
    Quarantine[] read = new Quarantine[1];
    QuarantineRecord stays = quarantined("shop", "stays", NOON);
    QuarantineRecord goes = quarantined("shop", "goes", NOON);
    QuarantineRecord passes = quarantined("shop", "passes", NOON);
    QuarantineRecord again = quarantined("shop", "again", NOON.plusSeconds(1));
    read[0] =
        new Quarantine(
            () -> {
              List<QuarantineRecord> seen =
                  List.of(goes, stays, quarantined("shop", "again", NOON));
              read[0].added(List.of(quarantined("shop", "comes", NOON), passes));
              read[0].released(List.of(goes.event(), passes.event(), again.event()));
              read[0].added(List.of(again));
              return seen;
            });

    assertThat(read[0].ids()).containsExactlyInAnyOrder("stays", "comes", "again");
    assertThatCode(() -> read[0].requireStill(again)).doesNotThrowAnyException();
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
