package dev.outrail.bench.result;

import java.util.function.Consumer;

/** Takes the figures of one contender in one round of one scenario. */
public record Recorder(
    String question, String scenario, String contender, int round, Consumer<Measurement> sink) {

  /** Notes a figure; one that could not be measured (NaN) is left out. */
  public void record(String metric, double value) {
    if (!Double.isNaN(value)) {
      sink.accept(new Measurement(question, scenario, contender, round, metric, value));
    }
  }

  /** Notes a count. */
  public void record(String metric, long count) {
    record(metric, (double) count);
  }

  public Recorder in(String otherScenario) {
    return new Recorder(question, otherScenario, contender, round, sink);
  }
}
