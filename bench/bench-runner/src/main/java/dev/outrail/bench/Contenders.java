package dev.outrail.bench;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.log.LogReaders;
import dev.outrail.bench.contender.ours.OutrailRelay;
import dev.outrail.bench.contender.table.TablePeers;
import java.util.ArrayList;
import java.util.List;

/** Everyone who takes part. */
final class Contenders {

  private Contenders() {}

  /** Ours; last in the list once more, as far from the first as can be. */
  static List<Contender> all() {
    List<Contender> all = new ArrayList<>(LogReaders.all());
    all.add(new OutrailRelay());
    all.add(new OutrailRelay().withDatabases(Size.MANY));
    all.addAll(TablePeers.all());
    all.add(new OutrailRelay().twin());
    return all;
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
