package dev.outrail.bench.result;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The measurements of a run, found by what they are of. Questions, scenarios, contenders and
 * metrics come in the order in which they were measured first.
 *
 * <p>Nothing is left out. If two parts of a run have asked the same, the rounds of the later one
 * count as further rounds.
 */
public final class Results {

  private final Map<FigureKey, SortedMap<Integer, Double>> values = new LinkedHashMap<>();

  private Results() {}

  /**
   * @param parts the measurements of each part
   */
  public static Results of(List<List<Measurement>> parts) {
    Results results = new Results();
    Map<String, Integer> rounds = new HashMap<>();
    for (List<Measurement> part : parts) {
      Map<String, Integer> before = Map.copyOf(rounds);
      for (Measurement one : part) {
        int round = before.getOrDefault(one.question(), 0) + one.round();
        rounds.merge(one.question(), round, Math::max);
        results.add(one, round);
      }
    }
    return results;
  }

  private void add(Measurement one, int round) {
    FigureKey key = new FigureKey(one.question(), one.scenario(), one.contender(), one.metric());
    Double before =
        values.computeIfAbsent(key, k -> new TreeMap<>()).putIfAbsent(round, one.value());
    if (before != null) {
      throw new IllegalArgumentException(
          "%s was measured twice in round %d: %s and %s"
              .formatted(key, round, before, one.value()));
    }
  }

  public Optional<Figures> find(FigureKey key) {
    return Optional.ofNullable(values.get(key)).map(Figures::new);
  }

  /** All that something was measured for. */
  public Set<FigureKey> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  public List<String> questions() {
    return values.keySet().stream().map(FigureKey::question).distinct().toList();
  }

  public List<String> scenarios(String question) {
    return values.keySet().stream()
        .filter(key -> key.question().equals(question))
        .map(FigureKey::scenario)
        .distinct()
        .toList();
  }

  public List<String> contenders(String question, String scenario) {
    return keys(question, scenario).stream().map(FigureKey::contender).distinct().toList();
  }

  public List<String> metrics(String question, String scenario) {
    return keys(question, scenario).stream().map(FigureKey::metric).distinct().toList();
  }

  private List<FigureKey> keys(String question, String scenario) {
    List<FigureKey> found = new ArrayList<>();
    for (FigureKey key : values.keySet()) {
      if (key.question().equals(question) && key.scenario().equals(scenario)) {
        found.add(key);
      }
    }
    return found;
  }
}
