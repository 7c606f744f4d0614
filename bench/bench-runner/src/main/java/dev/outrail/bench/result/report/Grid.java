package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import dev.outrail.bench.result.report.View.Column;
import dev.outrail.bench.result.report.View.Ratio;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables of one scenario, or of some that share a table: a row for each contender that has a
 * figure or an error to show.
 */
record Grid(Results results, Contenders contenders, String question, List<String> scenarios) {

  static final String NOTHING = "–";

  /** All that was measured in these scenarios. */
  Set<String> metrics() {
    Set<String> metrics = new LinkedHashSet<>();
    scenarios.forEach(scenario -> metrics.addAll(results.metrics(question, scenario)));
    return metrics;
  }

  /** Who has at least one of these, anywhere in these scenarios. */
  List<String> contenders(Collection<String> metrics) {
    return scenarios.stream()
        .flatMap(scenario -> contenders(scenario, metrics).stream())
        .distinct()
        .toList();
  }

  private List<String> contenders(String scenario, Collection<String> metrics) {
    return Contenders.sorted(
        results.contenders(question, scenario).stream()
            .filter(
                contender ->
                    metrics.stream()
                        .map(metric -> new FigureKey(question, scenario, contender, metric))
                        .anyMatch(key -> results.find(key).isPresent()))
            .toList());
  }

  /** The part of the view that something was measured for. */
  View measured(View view) {
    Set<String> all = metrics();
    return new View(
        view.title(),
        view.columns().stream().filter(column -> all.contains(column.metric())).toList(),
        view.ratios().stream().filter(ratio -> all.contains(ratio.metric())).toList(),
        view.correctness().stream()
            .filter(one -> one.metrics().stream().anyMatch(all::contains))
            .toList());
  }

  /** The table with its title, and below it the noise and who is not in it. */
  String text(View view) {
    boolean many = scenarios.size() > 1;
    List<String> header = new ArrayList<>(many ? List.of("scenario", "") : List.of(""));
    view.columns().forEach(column -> header.add(column.title()));
    view.ratios().forEach(ratio -> header.add(ratio.title()));
    view.correctness().forEach(one -> header.add(one.title()));

    Table table = new Table(many ? "llr" : "lr", header);
    for (String scenario : scenarios) {
      for (String contender : contenders(scenario, view.metrics())) {
        List<String> row = new ArrayList<>(many ? List.of(scenario) : List.of());
        row.add(contenders.title(contender));
        FigureKey key = new FigureKey(question, scenario, contender, "");
        view.columns().forEach(column -> row.add(figure(key.ofMetric(column.metric()))));
        view.ratios().forEach(ratio -> row.add(ratio(key.ofMetric(ratio.metric()), ratio)));
        view.correctness().forEach(one -> row.add(one.text(results, key)));
        table.row(row);
      }
    }
    String title = view.title().isEmpty() ? "" : "**" + view.title() + "**\n\n";
    return "\n" + title + table + "\n" + noise(view.columns(), many) + absent(view.metrics());
  }

  private String figure(FigureKey key) {
    return results
        .find(key)
        .map(found -> Metrics.yesOrNo(key.metric()) ? yesOrNo(found) : Numbers.text(found))
        .orElse(NOTHING);
  }

  private static String yesOrNo(Figures figures) {
    long yes = figures.byRound().values().stream().filter(value -> value != 0).count();
    return yes == figures.rounds()
        ? "yes"
        : "**no** in %d of %d".formatted(figures.rounds() - yes, figures.rounds());
  }

  private String ratio(FigureKey key, Ratio ratio) {
    Optional<Figures> one = results.find(key);
    Optional<Figures> base = results.find(key.ofContender(ratio.base()));
    if (one.isEmpty() || base.isEmpty()) {
      return NOTHING;
    }
    double value = one.get().median() / base.get().median();
    return Numbers.text(ratio.inverse() ? 1 / value : value);
  }

  private String noise(List<Column> columns, boolean many) {
    if (columns.isEmpty()) {
      return "";
    }
    List<Noise> all = new ArrayList<>();
    for (String scenario : scenarios) {
      all.addAll(
          Noise.in(results, question, scenario, columns.stream().map(Column::metric).toList()));
    }
    return Noise.line(
        all,
        key ->
            (many ? key.scenario() + ": " : "")
                + columns.stream()
                    .filter(column -> column.metric().equals(key.metric()))
                    .map(Column::title)
                    .collect(Collectors.joining()));
  }

  private String absent(Collection<String> metrics) {
    List<String> present = contenders(metrics);
    List<String> others =
        contenders.ids().stream()
            .filter(id -> !present.contains(id) && !id.endsWith(Noise.TWIN))
            .map(contenders::title)
            .toList();
    return others.isEmpty() ? "" : "Without a figure here: " + String.join("; ", others) + ".\n";
  }
}
