package dev.outrail.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

  private static final FigureKey RATE = new FigureKey("drain", "small", "outrail", "rate_per_s");

  @Test
  void whatALaterPartHasMeasuredAgainCountsAsFurtherRounds() {
    Measured first = new Measured().add("drain", "small", "outrail", "rate_per_s", 1, 2);
    Measured second = new Measured().add("drain", "small", "outrail", "rate_per_s", 3);

    Results results = Results.of(List.of(first.list(), second.list()));

    assertThat(results.find(RATE)).contains(Figures.of(1, 2, 3));
  }

  @Test
  void contendersOfDifferentPartsShareNoRound() {
    Measured first = new Measured().add("drain", "small", "outrail", "rate_per_s", 4, 4);
    Measured second = new Measured().add("drain", "small", "engine-noop", "rate_per_s", 2, 2);

    Results results = Results.of(List.of(first.list(), second.list()));

    Figures ours = results.find(RATE).orElseThrow();
    Figures theirs = results.find(RATE.ofContender("engine-noop")).orElseThrow();
    assertThat(ours.ratiosTo(theirs)).as("they did not run one after the other").isEmpty();
  }

  @Test
  void twoValuesOfOneRoundAreAMistake() {
    Measured measured =
        new Measured()
            .add("drain", "small", "outrail", "rate_per_s", 1)
            .add("drain", "small", "outrail", "rate_per_s", 2);

    assertThatThrownBy(measured::results)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rate_per_s");
  }

  @Test
  void everythingIsListedInTheOrderOfItsFirstMeasurement() {
    Results results =
        new Measured()
            .add("writer", "b", "y", "m2", 1)
            .add("writer", "a", "x", "m1", 1)
            .add("drain", "c", "x", "m1", 1)
            .add("writer", "b", "x", "m1", 1)
            .results();

    assertThat(results.questions()).containsExactly("writer", "drain");
    assertThat(results.scenarios("writer")).containsExactly("b", "a");
    assertThat(results.contenders("writer", "b")).containsExactly("y", "x");
    assertThat(results.metrics("writer", "b")).containsExactly("m2", "m1");
  }
}
