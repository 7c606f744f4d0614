package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxRowTest {

  @Test
  void everyColumnCountsForTheSize() {
    int small = row(Collections.nCopies(7, "x"), 1).approximateSize();

    assertThat(row(Collections.nCopies(7, "x"), 1_000_001).approximateSize() - small)
        .isEqualTo(1_000_000);
    for (int column = 0; column < 7; column++) {
      List<String> texts = new ArrayList<>(Collections.nCopies(7, "x"));
      texts.set(column, "x".repeat(1_000_001));
      assertThat(row(texts, 1).approximateSize() - small)
          .as("column %d", column)
          .isGreaterThanOrEqualTo(1_000_000);
    }
  }

  private static OutboxRow row(List<String> texts, int payload) {
    return OutboxRow.of(
        "pay",
        texts.get(0),
        texts.get(1),
        texts.get(2),
        texts.get(3),
        new byte[payload],
        texts.get(4),
        texts.get(5),
        texts.get(6),
        null);
  }
}
