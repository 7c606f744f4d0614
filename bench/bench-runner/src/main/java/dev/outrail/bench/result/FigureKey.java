package dev.outrail.bench.result;

/** What a figure is of; the words are those of {@link Measurement}. */
public record FigureKey(String question, String scenario, String contender, String metric) {

  public FigureKey ofContender(String other) {
    return new FigureKey(question, scenario, other, metric);
  }

  public FigureKey ofMetric(String other) {
    return new FigureKey(question, scenario, contender, other);
  }
}
