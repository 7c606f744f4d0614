package dev.outrail.bench.result.report;

import dev.outrail.bench.result.Results;
import dev.outrail.bench.result.report.Condition.Outcome;
import dev.outrail.bench.result.report.Condition.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The part of the report that says which targets were met, and why others were not. */
record TargetsSection(
    List<Target> targets, Results results, Contenders contenders, Explanations explanations) {

  private static final String EMPTY_TEXT = "**not explained yet**";

  String text() {
    Table table =
        new Table(
            "llrrrrl",
            List.of(
                "target", "what", "goal", "measured", "per round", "medians", "verdict", "remark"));
    StringBuilder why = new StringBuilder();
    for (Target target : targets) {
      boolean missed = false;
      for (Condition condition : target.conditions()) {
        Outcome outcome = condition.judge(results, contenders);
        missed |= outcome.verdict() == Verdict.MISSED;
        table.row(
            List.of(
                "`" + target.id() + "`",
                condition.what(),
                condition.goal(),
                outcome.measured(),
                outcome.perRound(),
                outcome.figures(),
                outcome.verdict().toString(),
                outcome.remark()));
      }
      if (missed) {
        why.append(
            "\n### Why `%s` was missed\n\n%s\n"
                .formatted(target.id(), explanations.of(target.id()).orElse(EMPTY_TEXT)));
      }
    }
    return """

        ## Targets

        "Measured" is the ratio of medians over all rounds, or the figure itself; "per round" is the lowest and the highest
        of the ratios within one round, in which contenders ran one after the other. A target is met only if ours has
        lost, repeated and reordered nothing in that scenario.

        %s%s%s"""
        .formatted(table, why, unknown());
  }

  /** A text for a target that does not exist is a mistake that would go unseen. */
  private String unknown() {
    List<String> unknown = new ArrayList<>(explanations.targets());
    targets.forEach(target -> unknown.remove(target.id()));
    return unknown.isEmpty()
        ? ""
        : "\n**There are explanations for targets that do not exist: %s.**\n"
            .formatted(String.join(", ", unknown));
  }
}
