package dev.outrail.relay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text with aligned columns. */
final class Lines {

  private final List<List<String>> rows = new ArrayList<>();

  Lines row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** A row, unless the value is absent. */
  Lines optional(String label, JsonNode value) {
    return value.isMissingNode() || value.isNull() ? this : row(label, value.asText());
  }

  /** Each column as wide as its widest cell, the last as it is. */
  void print(PrintWriter out) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        if (widths.size() <= i) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        line.append(cell);
        if (i < row.size() - 1) {
          line.append(" ".repeat(widths.get(i) - cell.length() + 2));
        }
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** The value as text; a dash for one that is not known. */
  static String known(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? "-" : value.asText();
  }
}
