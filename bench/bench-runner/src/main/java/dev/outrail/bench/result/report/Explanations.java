package dev.outrail.bench.result.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Why targets were missed, written by hand: a Markdown file with a heading {@code ## <target id>}
 * above each text. What stands before the first such heading is for those who write there.
 */
record Explanations(Map<String, String> byTarget) {

  private static final String HEADING = "## ";

  Explanations {
    byTarget = new LinkedHashMap<>(byTarget);
  }

  /** None if there is no such file. */
  static Explanations read(Path file) {
    if (!Files.exists(file)) {
      return new Explanations(Map.of());
    }
    try {
      return parse(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  static Explanations parse(List<String> lines) {
    Map<String, StringBuilder> texts = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    boolean code = false;
    for (String line : lines) {
      code ^= line.startsWith("```");
      if (!code && line.startsWith(HEADING)) {
        text =
            texts.computeIfAbsent(
                line.substring(HEADING.length()).strip(), id -> new StringBuilder());
      } else {
        text.append(line).append('\n');
      }
    }
    Map<String, String> byTarget = new LinkedHashMap<>();
    texts.forEach((id, found) -> byTarget.put(id, found.toString().strip()));
    return new Explanations(byTarget);
  }

  /** Empty too if there is a heading and nothing below it. */
  Optional<String> of(String target) {
    return Optional.ofNullable(byTarget.get(target)).filter(text -> !text.isEmpty());
  }

  Set<String> targets() {
    return byTarget.keySet();
  }
}
