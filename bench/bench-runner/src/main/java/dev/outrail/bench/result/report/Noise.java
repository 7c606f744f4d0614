package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How far two contenders are apart that are the same, called {@code x} and {@code x-again}: what
 * lies between them comes from the machine, not from the software.
 */
record Noise(FigureKey key, Figures one, Figures twin) {

  static final String TWIN = "-again";

  static FigureKey twinOf(FigureKey key) {
    return key.ofContender(key.contender() + TWIN);
  }

  /** Of one metric of one contender; empty if it has no twin there. */
  static Optional<Noise> find(Results results, FigureKey key) {
    Optional<Figures> one = results.find(key);
    Optional<Figures> twin = results.find(twinOf(key));
    return one.isEmpty() || twin.isEmpty()
        ? Optional.empty()
        : Optional.of(new Noise(key, one.get(), twin.get()));
  }

  /** Of these metrics in a scenario. Counts of errors and yes or no are left out. */
  static List<Noise> in(
      Results results, String question, String scenario, Collection<String> metrics) {
    List<Noise> found = new ArrayList<>();
    for (String metric : metrics) {
      if (Correctness.isPart(metric) || Metrics.yesOrNo(metric)) {
        continue;
      }
      for (String contender : results.contenders(question, scenario)) {
        find(results, new FigureKey(question, scenario, contender, metric)).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Of all that was measured. */
  static List<Noise> everywhere(Results results) {
    List<Noise> found = new ArrayList<>();
    for (String question : results.questions()) {
      for (String scenario : results.scenarios(question)) {
        found.addAll(in(results, question, scenario, results.metrics(question, scenario)));
      }
    }
    return found;
  }

  /** Whether there is a spread to compare with. */
  boolean judged() {
    return Math.min(one.rounds(), twin.rounds()) > 1;
  }

  /** Whether the medians of equals differ by more than the rounds of either lie apart. */
  boolean tooMuch() {
    return judged() && difference() > Math.max(one.spread(), twin.spread());
  }

  private double difference() {
    return Math.abs(one.median() - twin.median());
  }

  /**
   * The difference in percent of the first, with the larger spread in percent where it is known.
   */
  String text() {
    if (difference() == 0) {
      return "0 %";
    }
    if (one.median() == 0) {
      return Numbers.text(difference()) + " more than 0";
    }
    String spread =
        judged() ? " (spread " + percent(Math.max(one.spread(), twin.spread())) + ")" : "";
    return percent(difference()) + spread;
  }

  private String percent(double value) {
    return Numbers.text(100 * value / Math.abs(one.median())) + " %";
  }

  /** The line below a table. */
  static String line(List<Noise> all, Function<FigureKey, String> title) {
    if (all.isEmpty()) {
      return "Noise: not measured here, no contender ran twice.\n";
    }
    String text =
        all.stream()
            .map(noise -> title.apply(noise.key) + " " + noise.text())
            .collect(Collectors.joining("; ", "Noise, between two that are the same: ", ".\n"));
    List<Noise> loud = all.stream().filter(Noise::tooMuch).toList();
    if (!loud.isEmpty()) {
      text +=
          loud.stream()
              .map(noise -> title.apply(noise.key))
              .collect(
                  Collectors.joining(
                      ", ", "**Too noisy**, the two differ by more than the spread: ", ".\n"));
    } else if (all.stream().noneMatch(Noise::judged)) {
      text += "With one round there is no spread to compare this with.\n";
    }
    return text;
  }
}
