package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What went wrong while a figure was measured, counted over all rounds. */
enum Correctness {
  /** Of events in the topic. */
  EVENTS("missing / duplicate / out of order"),
  /** Of effects in the consumer's database. */
  EFFECTS("effects missing / twice");

  private static final String UNKNOWN = "–";

  private final String title;

  Correctness(String title) {
    this.title = title;
  }

  /** The one that belongs to a metric. */
  static Correctness of(String metric) {
    return metric.startsWith("effect_") ? EFFECTS : EVENTS;
  }

  static boolean isPart(String metric) {
    return Arrays.stream(values()).anyMatch(one -> one.metrics().contains(metric));
  }

  String title() {
    return title;
  }

  List<String> metrics() {
    return switch (this) {
      case EVENTS -> List.of("missing_events", "duplicate_events", "reordered_events");
      case EFFECTS -> List.of("effects_missing_events", "effects_duplicate_events");
    };
  }

  /** Such as {@code 0 / 0 / 0}, in bold unless all is well; a dash for what was not counted. */
  String text(Results results, FigureKey key) {
    String counts =
        counts(results, key)
            .map(sum -> sum.map(Numbers::count).orElse(UNKNOWN))
            .collect(Collectors.joining(" / "));
    return counts.matches("[–/ ]*") ? UNKNOWN : wrong(results, key) ? "**" + counts + "**" : counts;
  }

  /** Whether anything was counted. */
  boolean wrong(Results results, FigureKey key) {
    return counts(results, key).anyMatch(sum -> sum.isPresent() && sum.get() != 0);
  }

  private Stream<Optional<Double>> counts(Results results, FigureKey key) {
    return metrics().stream().map(metric -> results.find(key.ofMetric(metric)).map(Figures::sum));
  }
}
