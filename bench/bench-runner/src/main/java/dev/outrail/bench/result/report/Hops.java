package dev.outrail.bench.result.report;

import dev.outrail.bench.result.FigureKey;
import dev.outrail.bench.result.Figures;
import dev.outrail.bench.result.Results;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a way: metrics such as {@code hop1_rest_to_commit_p50_ms}, turned so that each hop
 * is a row.
 */
final class Hops {

  private static final Pattern NAME =
      Pattern.compile("(hop\\d+_.+)_(p\\d+|max|mean|share)_([a-z]+)");
  private static final String MEDIAN = "p50_ms";

  private Hops() {}

  static boolean isHop(String metric) {
    return NAME.matcher(metric).matches();
  }

  /** The table for one contender in a scenario, or an empty text if there are no hops. */
  static String table(Results results, FigureKey of) {
    Set<String> hops = new LinkedHashSet<>();
    Set<String> statistics = new LinkedHashSet<>();
    for (String metric : results.metrics(of.question(), of.scenario())) {
      Matcher name = NAME.matcher(metric);
      if (name.matches() && results.find(of.ofMetric(metric)).isPresent()) {
        hops.add(name.group(1));
        statistics.add(name.group(2) + "_" + name.group(3));
      }
    }
    if (hops.isEmpty()) {
      return "";
    }
    List<String> header = new ArrayList<>(List.of("hop"));
    statistics.forEach(statistic -> header.add(Metrics.title(statistic)));
    boolean shares = statistics.stream().anyMatch(one -> one.startsWith("share"));
    if (!shares) {
      header.add("of the whole p50");
    }
    Table table = new Table("lr", header);
    for (String hop : hops) {
      List<String> row = new ArrayList<>(List.of(hop.substring("hop".length()).replace('_', ' ')));
      for (String statistic : statistics) {
        row.add(results.find(of.ofMetric(hop + "_" + statistic)).map(Numbers::text).orElse("–"));
      }
      if (!shares) {
        row.add(
            share(
                results.find(of.ofMetric(hop + "_" + MEDIAN)),
                results.find(of.ofMetric("total_" + MEDIAN))));
      }
      table.row(row);
    }
    return table
        + "\nMedians of hops do not add up to the median of the whole: it is not the same payment in each.\n";
  }

  private static String share(Optional<Figures> hop, Optional<Figures> whole) {
    return hop.isEmpty() || whole.isEmpty()
        ? "–"
        : Numbers.text(100 * hop.get().median() / whole.get().median()) + " %";
  }
}
