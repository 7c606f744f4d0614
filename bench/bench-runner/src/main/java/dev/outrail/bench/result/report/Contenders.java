package dev.outrail.bench.result.report;

import dev.outrail.bench.contender.Description;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Who took part, under what name and with which settings. */
final class Contenders {

  /** Limits first, then those who read the binlog, then those who read tables, then the bare. */
  private static final List<String> ORDER =
      List.of(
          "raw-binlog",
          "raw-binlog-tls",
          "engine-noop",
          "engine-idempotent",
          "connect-at-least-once",
          "connect-exactly-once",
          "outrail-at-least-once",
          "outrail",
          "outrail-again",
          "outrail-many",
          "modulith",
          "namastack",
          "transaction-outbox",
          "poller-1s",
          "poller-50ms",
          "dual-write",
          "no-outbox");

  private final Map<String, Set<Description>> byId = new LinkedHashMap<>();

  /**
   * @param all of all parts of the run; the same one may be there more than once
   */
  Contenders(Collection<Description> all) {
    for (Description one : all) {
      byId.computeIfAbsent(one.id(), id -> new LinkedHashSet<>()).add(one);
    }
  }

  List<String> ids() {
    return sorted(byId.keySet());
  }

  /** Whom nobody has planned for comes last. */
  static List<String> sorted(Collection<String> ids) {
    return ids.stream()
        .sorted(
            Comparator.<String>comparingInt(
                    id -> ORDER.contains(id) ? ORDER.indexOf(id) : ORDER.size())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** For a table's row: the title, or the id of one who was not described. */
  String title(String id) {
    Set<Description> found = byId.get(id);
    return found == null ? id : found.iterator().next().title();
  }

  Set<Description> descriptions(String id) {
    return byId.getOrDefault(id, Set.of());
  }

  /** One line for each, with all that is not a default. */
  String list() {
    StringBuilder text = new StringBuilder();
    for (String id : ids()) {
      for (Description one : descriptions(id)) {
        String settings =
            one.settings().entrySet().stream()
                .map(setting -> "`%s=%s`".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(", "));
        text.append(
            "- **%s** (`%s`), %s. Promises: %s. %s\n"
                .formatted(
                    one.title(),
                    one.id(),
                    one.version(),
                    one.guarantee(),
                    settings.isEmpty() ? "All settings are defaults." : "Set: " + settings + "."));
      }
      if (descriptions(id).size() > 1) {
        text.append("  **`%s` was not the same in all parts of the run.**\n".formatted(id));
      }
    }
    return text.toString();
  }
}
