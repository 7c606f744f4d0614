package dev.outrail.bench.result.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown. */
final class Table {

  private final String alignment;
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param alignment a letter for each column, {@code l}eft or {@code r}ight; the last one is that
   *     of all further columns
   */
  Table(String alignment, List<String> header) {
    this.alignment = alignment;
    this.header = List.copyOf(header);
  }

  void row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException("%s in a table of %s".formatted(cells, header));
    }
    rows.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    List<String> rule = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      boolean left = alignment.charAt(Math.min(i, alignment.length() - 1)) == 'l';
      rule.add(left ? "---" : "---:");
    }
    StringBuilder text = new StringBuilder(line(header)).append(line(rule));
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
