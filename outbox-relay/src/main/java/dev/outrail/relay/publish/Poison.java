package dev.outrail.relay.publish;

import dev.outrail.relay.problem.Problem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Events that Kafka was seen to refuse. Outlives a publisher, so that what was found out once is
 * not tried again after each failure; a new process finds it out anew. Thread-safe.
 */
public final class Poison {

  /** What becomes of an event that cannot be published. */
  public enum Policy {
    /** A pointer to it goes to the quarantine topic in its stead, and the others go on. */
    QUARANTINE,
    /** The relay halts before it. */
    HALT
  }

  private final Policy policy;
  private final Map<String, Problem> found = new ConcurrentHashMap<>();

  public Poison(Policy policy) {
    this.policy = policy;
  }

  Policy policy() {
    return policy;
  }

  public void found(UnpublishableException refusal) {
    found.put(refusal.eventId(), refusal.problem());
  }

  @Nullable Problem of(String eventId) {
    return found.isEmpty() ? null : found.get(eventId);
  }

  /** These were dealt with: if they come again, they are tried again. */
  public void settled(Iterable<String> eventIds) {
    eventIds.forEach(found::remove);
  }
}
