package dev.outrail.bench.result;

import java.util.ArrayList;
import java.util.List;

/** Measurements of a run that never took place. */
public final class Measured {

  private final List<Measurement> all = new ArrayList<>();

  /** One value for each round, from 1 on. */
  public Measured add(
      String question, String scenario, String contender, String metric, double... rounds) {
    for (int i = 0; i < rounds.length; i++) {
      all.add(new Measurement(question, scenario, contender, i + 1, metric, rounds[i]));
    }
    return this;
  }

  /** Missing, duplicate and reordered events, in round 1. */
  public Measured errors(
      String question,
      String scenario,
      String contender,
      double missing,
      double duplicate,
      double reordered) {
    return add(question, scenario, contender, "missing_events", missing)
        .add(question, scenario, contender, "duplicate_events", duplicate)
        .add(question, scenario, contender, "reordered_events", reordered);
  }

  public List<Measurement> list() {
    return List.copyOf(all);
  }

  public Results results() {
    return Results.of(List.of(all));
  }
}
