package dev.outrail.relay.purge;

import java.util.Set;

/**
 * Rows that have to stay, however old they are: something still points to them.
 *
 * @param ids of events that wait for a decision
 * @param topics of which all rows stay: their events wait until Kafka lets the relay write there,
 *     and may be more than memory holds
 */
public record Kept(Set<String> ids, Set<String> topics) {

  public Kept {
    ids = Set.copyOf(ids);
    topics = Set.copyOf(topics);
  }
}
