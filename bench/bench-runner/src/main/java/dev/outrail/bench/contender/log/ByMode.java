package dev.outrail.bench.contender.log;

import dev.outrail.bench.contender.Mode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settings by their documented names, tuned for what they are to be good at: a peer gets the better
 * ones for each question.
 *
 * @param always those that are the same for both
 * @param live for events as they come
 * @param backlog for a backlog
 */
record ByMode(Map<String, String> always, Map<String, String> live, Map<String, String> backlog) {

  static ByMode always(Map<String, String> settings) {
    return new ByMode(settings, Map.of(), Map.of());
  }

  Map<String, String> of(Mode mode) {
    Map<String, String> settings = new TreeMap<>(always);
    settings.putAll(mode == Mode.CARRY_ONLY ? backlog : live);
    return settings;
  }

  ByMode and(ByMode other) {
    return new ByMode(
        together(always, other.always),
        together(live, other.live),
        together(backlog, other.backlog));
  }

  /** The same settings with something before each name. */
  ByMode behind(String prefix) {
    return new ByMode(behind(prefix, always), behind(prefix, live), behind(prefix, backlog));
  }

  /** As the report says it: a setting that depends on the question gives both values. */
  SortedMap<String, String> described() {
    SortedMap<String, String> described = new TreeMap<>(always);
    TreeSet<String> names = new TreeSet<>(live.keySet());
    names.addAll(backlog.keySet());
    for (String name : names) {
      String whenLive = live.getOrDefault(name, always.getOrDefault(name, "default"));
      String whenBacklog = backlog.getOrDefault(name, always.getOrDefault(name, "default"));
      described.put(
          name,
          whenLive.equals(whenBacklog)
              ? whenLive
              : whenLive + " (live), " + whenBacklog + " (backlog)");
    }
    return described;
  }

  private static Map<String, String> together(Map<String, String> one, Map<String, String> other) {
    Map<String, String> both = new TreeMap<>(one);
    both.putAll(other);
    return both;
  }

  private static Map<String, String> behind(String prefix, Map<String, String> settings) {
    Map<String, String> renamed = new TreeMap<>();
    settings.forEach((name, value) -> renamed.put(prefix + name, value));
    return renamed;
  }
}
