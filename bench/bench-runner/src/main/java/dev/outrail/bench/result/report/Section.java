package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import dev.outrail.bench.result.report.View.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The part of the report that answers one question. Whatever was measured is in it. */
record Section(Question question, Results results, Contenders contenders) {

  String text() {
    StringBuilder text = new StringBuilder("\n## %s\n".formatted(question.title()));
    if (!question.text().isEmpty()) {
      text.append("\n").append(question.text()).append("\n");
    }
    List<String> scenarios = results.scenarios(question.id());
    question.overviews().forEach(column -> text.append(overview(column, scenarios)));
    if (question.joined()) {
      text.append(tables(grid(scenarios)));
    } else {
      for (String scenario : scenarios) {
        text.append("\n### %s\n".formatted(scenario)).append(tables(grid(List.of(scenario))));
      }
    }
    return text.toString();
  }

  private Grid grid(List<String> scenarios) {
    return new Grid(results, contenders, question.id(), scenarios);
  }

  /** One metric over all scenarios, if there is more than one that has it. */
  private String overview(Column column, List<String> scenarios) {
    List<String> measured =
        scenarios.stream()
            .filter(scenario -> results.metrics(question.id(), scenario).contains(column.metric()))
            .toList();
    if (measured.size() < 2) {
      return "";
    }
    List<String> header = new ArrayList<>(List.of(""));
    header.addAll(measured);
    Table table = new Table("lr", header);
    Correctness correctness = Correctness.of(column.metric());
    for (String contender : Contenders.sorted(grid(measured).contenders(Set.of(column.metric())))) {
      List<String> row = new ArrayList<>(List.of(contenders.title(contender)));
      for (String scenario : measured) {
        FigureKey key = new FigureKey(question.id(), scenario, contender, column.metric());
        String figure =
            results.find(key).map(Figures::median).map(Numbers::text).orElse(Grid.NOTHING);
        row.add(
            correctness.wrong(results, key)
                ? figure + " (" + correctness.text(results, key) + ")"
                : figure);
      }
      table.row(row);
    }
    return "\n**%s** (medians; %s in parentheses unless all are 0)\n\n%s"
        .formatted(column.title(), correctness.title(), table);
  }

  private String tables(Grid grid) {
    StringBuilder text = new StringBuilder();
    Set<String> shown = new HashSet<>();
    for (View planned : question.views()) {
      View view = grid.measured(planned);
      if (!view.columns().isEmpty()) {
        text.append(grid.text(view));
        shown.addAll(view.metrics());
      }
    }
    text.append(hops(grid));
    return text.append(others(grid, shown)).toString();
  }

  private String hops(Grid grid) {
    StringBuilder text = new StringBuilder();
    for (String scenario : grid.scenarios()) {
      for (String contender : results.contenders(question.id(), scenario)) {
        String hops = Hops.table(results, new FigureKey(question.id(), scenario, contender, ""));
        if (!hops.isEmpty()) {
          text.append("\n**%s, hop by hop**\n\n%s".formatted(contenders.title(contender), hops));
        }
      }
    }
    return text.toString();
  }

  /** What no view has shown. */
  private static String others(Grid grid, Set<String> shown) {
    Set<String> rest = new LinkedHashSet<>(grid.metrics());
    rest.removeIf(metric -> shown.contains(metric) || Hops.isHop(metric));
    if (rest.isEmpty()) {
      return "";
    }
    rest.removeIf(Correctness::isPart);
    View view =
        View.of(shown.isEmpty() ? "" : "Other figures", columns(rest), Correctness.values());
    return grid.text(grid.measured(view));
  }

  private static List<Column> columns(Set<String> metrics) {
    return metrics.stream().map(metric -> new Column(metric, Metrics.title(metric))).toList();
  }
}
