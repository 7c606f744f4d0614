package dev.outrail.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CorrectnessTest {

  private final Correctness seen = new Correctness();

  @Test
  void eachEventCountsOnce() {
    seen.saw(0, 0, 10);
    seen.saw(1, 1, 11);
    seen.saw(0, 0, 12);

    assertThat(seen.distinct()).isEqualTo(2);
    assertThat(seen.duplicates()).isEqualTo(1);
    assertThat(seen.firstSeen(0)).isEqualTo(10);
    assertThat(seen.firstSeen(2)).isZero();
  }

  @Test
  void anEventBehindALaterOneOfItsKeyIsOutOfOrder() {
    seen.saw(5, 1, 1);
    seen.saw(3, 2, 2); // another key
    seen.saw(2, 1, 3);
    seen.saw(9, 1, 4);

    assertThat(seen.reordered()).isEqualTo(1);
  }

  @Test
  void aRepetitionIsNoReordering() {
    seen.saw(1, 1, 1);
    seen.saw(2, 1, 2);
    seen.saw(1, 1, 3);

    assertThat(seen.reordered()).isZero();
    assertThat(seen.duplicates()).isEqualTo(1);
  }

  @Test
  void growsWithNumbersAndKeys() {
    seen.saw(3_000_000, 50_000, 1);
    seen.saw(2_999_999, 50_000, 2);

    assertThat(seen.distinct()).isEqualTo(2);
    assertThat(seen.reordered()).isEqualTo(1);
  }

  @Test
  void numberAndKeyAreFoundWhateverIsAroundThem() {
    byte[] value = bytes("{\"event\":{\"seq\":1234,\"key\":34,\"note\":\"xx\"}}");

    assertThat(EventText.seq(value)).isEqualTo(1_234);
    assertThat(EventText.key(value)).isEqualTo(34);
    assertThatThrownBy(() -> EventText.seq(bytes("{\"other\":1}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{\"other\":1}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
