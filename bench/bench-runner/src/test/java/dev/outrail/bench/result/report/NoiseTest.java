package dev.outrail.bench.result.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Measured;
import org.junit.jupiter.api.Test;

class NoiseTest {

  private static final FigureKey RATE = new FigureKey("drain", "small", "outrail", "rate_per_s");

  @Test
  void equalsThatDifferByLessThanTheSpreadAreQuiet() {
    Noise noise = new Noise(RATE, Figures.of(95, 100, 105), Figures.of(98, 103, 106));

    assertThat(noise.tooMuch()).isFalse();
    assertThat(noise.text()).isEqualTo("3.00 % (spread 10.0 %)");
  }

  @Test
  void equalsThatDifferByMoreThanTheSpreadOfEitherAreTooNoisy() {
    assertThat(new Noise(RATE, Figures.of(99, 100, 101), Figures.of(109, 110, 111)).tooMuch())
        .isTrue();
    assertThat(new Noise(RATE, Figures.of(99, 100, 101), Figures.of(80, 110, 111)).tooMuch())
        .as("one of the two has a large spread")
        .isFalse();
  }

  @Test
  void oneRoundCannotBeJudged() {
    Noise noise = new Noise(RATE, Figures.of(100), Figures.of(200));

    assertThat(noise.judged()).isFalse();
    assertThat(noise.tooMuch()).isFalse();
    assertThat(noise.text()).isEqualTo("100 %");
  }

  @Test
  void onlyFiguresOfTwinsAreCompared() {
    var results =
        new Measured()
            .add("drain", "small", "outrail", "rate_per_s", 1, 2)
            .add("drain", "small", "outrail-again", "rate_per_s", 1, 2)
            .add("drain", "small", "outrail", "complete_bool", 1, 1)
            .add("drain", "small", "outrail-again", "complete_bool", 1, 0)
            .add("drain", "small", "engine-noop", "rate_per_s", 1, 2)
            .errors("drain", "small", "outrail", 0, 0, 0)
            .errors("drain", "small", "outrail-again", 1, 0, 0)
            .results();

    assertThat(Noise.everywhere(results)).extracting(Noise::key).containsExactly(RATE);
  }
}
