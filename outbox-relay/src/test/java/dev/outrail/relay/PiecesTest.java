package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PiecesTest {

  private final Pieces pieces = new Pieces();

  @Test
  void oneRefusalIsTriedAgainWithTheWholeRun() {
    pieces.refused(2_000);

    assertThat(pieces.size()).isGreaterThanOrEqualTo(2_000);
  }

  @Test
  void fromTheSecondInARowOnTheRunIsHalvedDownToOne() {
    List<Integer> sizes = new ArrayList<>();
    pieces.refused(7);
    for (int tried = 7; sizes.size() < 4; tried = pieces.size()) {
      pieces.refused(tried);
      sizes.add(pieces.size());
    }

    assertThat(sizes).containsExactly(3, 1, 1, 1);
  }

  @Test
  void whatGetsThroughMakesThemLargerAgain() {
    pieces.refused(8);
    pieces.refused(8);
    pieces.passed();
    assertThat(pieces.size()).isEqualTo(8);

    IntStream.range(0, 40).forEach(i -> pieces.passed());

    assertThat(pieces.size()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void theGoodOfARunComeThroughWhileTheRefusedAreFound() {
    Set<Integer> refusedByKafka = Set.of(3, 4, 5, 900, 901, 902, 903, 1_500);
    Set<Integer> known = new TreeSet<>();
    List<Integer> committedAfter = new ArrayList<>();
    int done = 0;
    int attempts = 0;
    while (done < 2_000) {
      int end = (int) Math.min(2_000, (long) done + pieces.size());
      attempts++;
      int from = done;
      Integer refused =
          IntStream.range(from, end)
              .filter(i -> refusedByKafka.contains(i) && !known.contains(i))
              .boxed()
              .findFirst()
              .orElse(null);
      if (refused == null) {
        done = end;
        committedAfter.add(attempts);
        pieces.passed();
      } else {
        known.add(refused);
        pieces.refused(end - from);
      }
    }

    assertThat(known).isEqualTo(refusedByKafka);
    assertThat(committedAfter.get(0)).as("attempts before anything gets through").isLessThan(6);
    assertThat(attempts).isLessThan(30);
  }
}
