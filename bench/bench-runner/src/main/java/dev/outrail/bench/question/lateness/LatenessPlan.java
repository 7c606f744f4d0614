package dev.outrail.bench.question.lateness;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run of one contender is.
 *
 * @param idle how long it is looked at behind the steps, while nobody pays; zero for not at all
 * @param warmUp what is written, and consumed, before any of that is measured, so that no JVM is
 *     new; its figures are dropped
 * @param steps at which rates, one after the other, it is timed how soon events are visible; nobody
 *     else reads them
 * @param highest rates to try at the end, ascending, until one is not held; empty for none
 * @param effects what is written behind the steps, when a consumer applies the events to its
 *     database: timed are the effects; null for nothing
 */
public record LatenessPlan(
    Duration idle, Step warmUp, List<Step> steps, List<Integer> highest, @Nullable Step effects) {

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

  /** The same with one rate only, neither idle behind it nor beyond it. */
  public LatenessPlan only(int rate) {
    return new LatenessPlan(
        Duration.ZERO,
        warmUp,
        steps.stream().filter(step -> step.rate() == rate).toList(),
        List.of(),
        effects);
  }

  public LatenessPlan withoutHighest() {
    return new LatenessPlan(idle, warmUp, steps, List.of(), effects);
  }

  /** The same without the consumer and what it does. */
  public LatenessPlan withoutEffects() {
    return new LatenessPlan(idle, warmUp, steps, highest, null);
  }

  /** How many payments a run can make at most. */
  int payments() {
    return warmUp.count()
        + steps.stream().mapToInt(Step::count).sum()
        + highest.stream().mapToInt(rate -> rate * (int) TRIED_FOR.toSeconds()).sum()
        + (effects == null ? 0 : effects.count());
  }
}
