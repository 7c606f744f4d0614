package dev.outrail.bench;

import dev.outrail.bench.contender.Contender;
import java.util.ArrayList;
import java.util.List;

/** Everyone who takes part. */
final class Contenders {

  private Contenders() {}

  static List<Contender> all() {
    return List.of();
  }

  /**
   * @param ids of those who take part; none for all
   * @throws IllegalArgumentException names an id that there is not, and those that there are
   */
  static List<Contender> named(List<String> ids) {
    List<Contender> all = all();
    if (ids.isEmpty()) {
      return all;
    }
    List<Contender> named = new ArrayList<>();
    for (String id : ids) {
      named.add(
          all.stream()
              .filter(c -> c.description().id().equals(id))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "No contender '%s'; there are: %s"
                              .formatted(
                                  id, all.stream().map(c -> c.description().id()).toList()))));
    }
    return named;
  }
}
