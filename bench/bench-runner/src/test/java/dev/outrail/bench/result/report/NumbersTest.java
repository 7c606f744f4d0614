package dev.outrail.bench.result.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.bench.result.Figures;
import org.junit.jupiter.api.Test;

class NumbersTest {

  @Test
  void asManyDigitsAreShownAsMeanSomething() {
    assertThat(Numbers.text(0)).isEqualTo("0");
    assertThat(Numbers.text(0.012_34)).isEqualTo("0.012");
    assertThat(Numbers.text(1.638)).isEqualTo("1.64");
    assertThat(Numbers.text(9.996)).isEqualTo("10.0");
    assertThat(Numbers.text(27.34)).isEqualTo("27.3");
    assertThat(Numbers.text(99.96)).isEqualTo("100");
    assertThat(Numbers.text(357_123.4)).isEqualTo("357" + Numbers.GAP + "123");
    assertThat(Numbers.text(-1.5)).isEqualTo("-1.50");
    assertThat(Numbers.text(Double.NaN)).isEqualTo("not a number");
    assertThat(Numbers.text(1 / 0.0)).isEqualTo("not a number");
  }

  @Test
  void oneRoundIsShownWithoutASpread() {
    assertThat(Numbers.text(Figures.of(2.5))).isEqualTo("2.50");
  }

  @Test
  void roundsAreShownWithTheLowestAndTheHighest() {
    assertThat(Numbers.text(Figures.of(3, 1, 2))).isEqualTo("2.00 (1.00–3.00)");
  }

  @Test
  void theMiddleHalfIsShownWhereOneRoundAloneStretchesTheSpread() {
    assertThat(Numbers.text(Figures.of(10, 11, 12, 13, 90)))
        .isEqualTo("12.0 (10.0–90.0) [11.0–13.0]");
  }

  @Test
  void theMiddleHalfIsNotShownWhereItSaysNoMore() {
    assertThat(Numbers.text(Figures.of(10, 20, 30, 40, 50))).isEqualTo("30.0 (10.0–50.0)");
    assertThat(Numbers.text(Figures.of(10, 10, 10, 90))).isEqualTo("10.0 (10.0–90.0)");
  }
}
