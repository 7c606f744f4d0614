package dev.outrail.bench.result.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which metrics stand beside each other in a table.
 *
 * @param title above the table; empty for none
 * @param correctness what is counted beside the figures
 */
record View(String title, List<Column> columns, List<Ratio> ratios, List<Correctness> correctness) {

  View {
    columns = List.copyOf(columns);
    ratios = List.copyOf(ratios);
    correctness = List.copyOf(correctness);
  }

  record Column(String metric, String title) {}

  /**
   * A contender's median beside another's.
   *
   * @param inverse base divided by this one, rather than this one by base
   */
  record Ratio(String title, String metric, String base, boolean inverse) {}

  /** One without ratios. */
  static View of(String title, List<Column> columns, Correctness... correctness) {
    return new View(title, columns, List.of(), List.of(correctness));
  }

  View with(Ratio... more) {
    List<Ratio> all = new ArrayList<>(ratios);
    all.addAll(List.of(more));
    return new View(title, columns, all, correctness);
  }

  /** All that it shows. */
  Set<String> metrics() {
    Set<String> metrics = new LinkedHashSet<>();
    columns.forEach(column -> metrics.add(column.metric()));
    correctness.forEach(one -> metrics.addAll(one.metrics()));
    return metrics;
  }
}
