package dev.outrail.relay.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.HaltException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeldTopicsTest {

  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

  private final HeldTopics three =
      HeldTopics.NONE.with("b", NOW).with("c", NOW.minusSeconds(9)).with("b", NOW.plusSeconds(1));

  @Test
  void countsPerTopicAndNumbersAcrossAll() {
    HeldTopics.Hold hold = three.of("b");

    assertThat(hold.first()).isEqualTo(1);
    assertThat(hold.last()).isEqualTo(3);
    assertThat(hold.count()).isEqualTo(2);
    assertThat(hold.oldest()).isEqualTo(NOW);
    assertThat(hold.holds(3)).isTrue();
    assertThat(hold.holds(4)).isFalse();
    assertThat(three.of("c").oldest()).isEqualTo(NOW.minusSeconds(9));
  }

  @Test
  void aHoldEndsWithItsLastNumberAndTheNextOneBeginsBehindIt() {
    HeldTopics part = three.releasedUpTo("b", 1, 1, NOW);
    assertThat(part.of("b").first()).isEqualTo(2);
    assertThat(part.of("b").count()).isEqualTo(1);

    HeldTopics over = part.releasedUpTo("b", 3, 1, NOW);
    assertThat(over.of("b")).isNull();
    assertThat(over.with("b", NOW).of("b").first())
        .as("pointers of the former hold may still stand in the log")
        .isEqualTo(4);
  }

  @Test
  void aTopicStaysHeldWhenItsLastEventIsDiscardedUntilItMayBeWritten() {
    HeldTopics.Hold hold = three.without("c", 2).of("c");

    assertThat(hold.count()).isZero();
    assertThat(hold.holds(2)).isFalse();
    assertThat(hold.discarded()).containsExactly(2L);
  }

  @Test
  void readsWhatItWroteAndNoOtherVersion() {
    HeldTopics held = three.without("b", 1);

    assertThat(HeldTopics.read(held.toBytes())).isEqualTo(held);
    assertThat(HeldTopics.read(HeldTopics.NONE.toBytes())).isEqualTo(HeldTopics.NONE);
    for (String other : new String[] {"{\"version\":2}", "nonsense"}) {
      assertThatThrownBy(() -> HeldTopics.read(other.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(HaltException.class);
    }
  }
}
