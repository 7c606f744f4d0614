package dev.outrail.bench.contender;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a contender works in one run. Databases and topic exist and nobody else uses them; names of
 * further topics, consumer groups, relays and accounts start with {@link #name()}.
 *
 * @param name unique, of lower-case letters, digits and hyphens
 * @param databases with the tables of {@link dev.outrail.bench.kit.PayTables}; payments of key
 *     {@code k} go to the database at index {@code k % size}
 * @param topic where events are to go
 * @param fromGtids where the backlog begins: the GTID set of all transactions before it
 * @param writers how many threads write at once, at most
 * @param folder for files and logs of this run
 */
public record Scene(
    Servers servers,
    String name,
    List<String> databases,
    String topic,
    String fromGtids,
    int writers,
    Path folder) {

  public Scene {
    databases = List.copyOf(databases);
  }

  /** The first database: the only one, for all but those who can read from many. */
  public String database() {
    return databases.get(0);
  }
}
