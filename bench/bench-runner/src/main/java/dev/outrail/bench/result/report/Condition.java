package dev.outrail.bench.result.report;

import dev.outrail.bench.result.Results;

/** One thing that a target asks for. */
interface Condition {

  /** What is looked at, for the table. */
  String what();

  /** What it is to be, for the table. */
  String goal();

  Outcome judge(Results results, Contenders contenders);

  /** Whether a condition holds. */
  enum Verdict {
    MET("met"),
    MISSED("**missed**"),
    /** Something that the condition looks at is not in the data; so nothing is claimed. */
    NOT_MEASURED("not measured");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * @param measured the ratio of medians, or the figure itself
   * @param perRound the lowest and the highest ratio within a round
   * @param figures what it was calculated from
   * @param remark why it is not met though the figure is, or what makes it doubtful; else empty
   */
  record Outcome(Verdict verdict, String measured, String perRound, String figures, String remark) {

    static Outcome notMeasured(String why) {
      return new Outcome(Verdict.NOT_MEASURED, Grid.NOTHING, Grid.NOTHING, Grid.NOTHING, why);
    }
  }
}
