package dev.outrail.bench.question.apply;

import java.util.List;

/**
 * How much is applied.
 *
 * @param batch effects when a poll is one transaction, those of the warm-up included
 * @param single effects when each message is one
 * @param percentTwice how many messages of a hundred are delivered twice, one run for each
 */
public record ApplyPlan(int batch, int single, List<Integer> percentTwice) {

  public ApplyPlan {
    percentTwice = List.copyOf(percentTwice);
  }

  /** How many effects of a run come before those that are timed. */
  static int warmUp(int effects) {
    return effects / 3;
  }
}
