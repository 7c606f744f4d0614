package dev.outrail.bench.question.apply;

/**
 * How much is applied.
 *
 * @param batch effects when a poll is one transaction, those of the warm-up included
 * @param single effects when each message is one
 */
public record ApplyPlan(int batch, int single) {

  /** How many effects of a run come before those that are timed. */
  static int warmUp(int effects) {
    return effects / 3;
  }
}
