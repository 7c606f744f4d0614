package dev.outrail.bench.question.lateness;

import java.time.Duration;
import java.util.List;

/**
 * What one run of one contender is.
 *
 * @param effects whether a consumer applies them to a database
 * @param idle how long it is looked at before the first payment
 * @param warmUp what is written before all of that is measured, so that no JVM is new; its figures
 *     are dropped
 * @param steps at which rates, one after the other
 * @param highest rates to try in the last round, ascending, until one is not held; empty for none
 */
public record LatenessPlan(
    boolean effects, Duration idle, Step warmUp, List<Step> steps, List<Integer> highest) {

  /**
   * @param rate payments a second
   * @param warmUp written and not counted
   * @param measured counted
   */
  public record Step(int rate, Duration warmUp, Duration measured) {

    int warmUpCount() {
      return Math.toIntExact(rate * warmUp.toMillis() / 1_000);
    }

    int count() {
      return warmUpCount() + Math.toIntExact(rate * measured.toMillis() / 1_000);
    }
  }

  /** A rate counts as held if it was reached and the last event came this soon after the load. */
  static final Duration HELD_WITHIN = Duration.ofSeconds(1);

  static final Duration TRIED_FOR = Duration.ofSeconds(5);

  public LatenessPlan {
    steps = List.copyOf(steps);
    highest = List.copyOf(highest);
  }

  /** How many payments a run can make at most. */
  int payments() {
    return warmUp.count()
        + steps.stream().mapToInt(Step::count).sum()
        + highest.stream().mapToInt(rate -> rate * (int) TRIED_FOR.toSeconds()).sum();
  }
}
