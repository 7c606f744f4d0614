package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which plots there are, and what goes into them. */
final class Plots {

  private static final String LATENESS = "lateness";
  private static final String RATE_UNIT = "/s";

  /** A plot and the text that stands for it. */
  private record Plot(String file, String text, Drawing drawing) {}

  private final Results results;
  private final Contenders contenders;
  private final List<Plot> plots = new ArrayList<>();

  private Plots(Results results, Contenders contenders) {
    this.results = results;
    this.contenders = contenders;
  }

  static Plots of(Results results, Contenders contenders) {
    Plots made = new Plots(results, contenders);
    made.drain();
    made.percentiles("visible", "Commit → visible");
    made.percentiles("effect", "Commit → effect");
    made.byRate();
    return made;
  }

  /** Draws them into the folder and returns a line of Markdown for each. */
  List<String> write(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Plot plot : plots) {
      String problem = plot.drawing.write(folder.resolve(plot.file)).orElse("");
      lines.add(
          problem.isEmpty()
              ? "![%s](%s/%s)\n".formatted(plot.text, folder.getFileName(), plot.file)
              : "**%s could not be drawn: %s**\n".formatted(plot.text, problem));
    }
    return lines;
  }

  /** Of the scenario with the most contenders; of several, the first. */
  private void drain() {
    busiest("drain", "rate_per_s")
        .ifPresent(
            scenario -> {
              Map<String, Double> bars = medians("drain", scenario, "rate_per_s");
              String title = "Drain of " + scenario + ", events/s";
              add("drain.svg", title, bars(title, false, Map.of("events/s", bars)));
            });
  }

  private void percentiles(String what, String title) {
    String scenario = "200" + RATE_UNIT;
    Map<String, Map<String, Double>> series = new LinkedHashMap<>();
    for (String percentile : List.of("p50", "p95", "p99")) {
      Map<String, Double> bars = medians(LATENESS, scenario, what + "_" + percentile + "_ms");
      if (!bars.isEmpty()) {
        series.put(percentile, bars);
      }
    }
    if (!series.isEmpty()) {
      String text = title + " at 200 payments/s, ms (logarithmic)";
      add("lateness-200-" + what + ".svg", text, bars(text, true, series));
    }
  }

  private void byRate() {
    Map<String, Map<String, Double>> lines = new LinkedHashMap<>();
    List<String> rates =
        results.scenarios(LATENESS).stream()
            .filter(scenario -> scenario.matches("\\d+" + RATE_UNIT))
            .sorted(Comparator.comparingDouble(Plots::rate))
            .toList();
    for (String rate : rates) {
      medians(LATENESS, rate, "visible_p99_ms")
          .forEach(
              (title, value) ->
                  lines.computeIfAbsent(title, t -> new LinkedHashMap<>()).put(rate, value));
    }
    if (rates.size() > 1 && !lines.isEmpty()) {
      String text = "Commit → visible, p99, ms (logarithmic) by payments a second";
      add(
          "lateness-p99.svg",
          text,
          new Drawing(text, true, true, lines, contenders.title("outrail")));
    }
  }

  private static double rate(String scenario) {
    return Double.parseDouble(scenario.substring(0, scenario.length() - RATE_UNIT.length()));
  }

  private static Drawing bars(
      String title, boolean logarithmic, Map<String, Map<String, Double>> series) {
    return new Drawing(title, false, logarithmic, series, "");
  }

  private void add(String file, String text, Drawing drawing) {
    plots.add(new Plot(file, text, drawing));
  }

  private Optional<String> busiest(String question, String metric) {
    String most = null;
    int size = 0;
    for (String scenario : results.scenarios(question)) {
      int found = medians(question, scenario, metric).size();
      if (found > size) {
        most = scenario;
        size = found;
      }
    }
    return Optional.ofNullable(most);
  }

  /** By title; only what can stand on a logarithmic axis. */
  private Map<String, Double> medians(String question, String scenario, String metric) {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (String contender : Contenders.sorted(results.contenders(question, scenario))) {
      results
          .find(new FigureKey(question, scenario, contender, metric))
          .map(Figures::median)
          .filter(median -> median > 0 && Double.isFinite(median))
          .ifPresent(median -> medians.put(contenders.title(contender), median));
    }
    return medians;
  }
}
