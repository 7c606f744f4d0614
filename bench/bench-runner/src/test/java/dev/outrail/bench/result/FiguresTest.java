package dev.outrail.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void theMedianOfAnOddNumberIsTheOneInTheMiddle() {
    assertThat(Figures.of(9, 1, 5).median()).isEqualTo(5);
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
    assertThat(Figures.of(4, 1, 2, 100).median()).isEqualTo(3);
  }

  @Test
  void spreadAndQuartilesDoNotDependOnTheOrder() {
    Figures figures = Figures.of(50, 10, 40, 20, 30);

    assertThat(figures.min()).isEqualTo(10);
    assertThat(figures.quantile(0.25)).isEqualTo(20);
    assertThat(figures.quantile(0.75)).isEqualTo(40);
    assertThat(figures.max()).isEqualTo(50);
    assertThat(figures.spread()).isEqualTo(40);
    assertThat(figures.sum()).isEqualTo(150);
  }

  @Test
  void oneRoundHasNoSpread() {
    assertThat(Figures.of(7).spread()).isZero();
    assertThat(Figures.of(7).median()).isEqualTo(7);
  }

  @Test
  void ratiosPairTheSameRound() {
    Figures ours = new Figures(new TreeMap<>(Map.of(1, 10.0, 2, 20.0, 3, 30.0)));
    Figures theirs = new Figures(new TreeMap<>(Map.of(2, 5.0, 3, 10.0, 4, 1.0)));

    assertThat(ours.ratiosTo(theirs)).containsExactly(4.0, 3.0);
  }

  @Test
  void figuresOfNoRoundAreNone() {
    assertThatThrownBy(Figures::of).isInstanceOf(IllegalArgumentException.class);
  }
}
