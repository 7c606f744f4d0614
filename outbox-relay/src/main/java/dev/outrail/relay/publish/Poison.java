package dev.outrail.relay.publish;

import dev.outrail.relay.capture.OutboxRow;
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
  private final Map<EventKey, Problem> found = new ConcurrentHashMap<>();

  public Poison(Policy policy) {
    this.policy = policy;
  }

  Policy policy() {
    return policy;
  }

  void found(UnpublishableException refusal) {
    found.put(refusal.event(), refusal.problem());
  }

  @Nullable Problem of(OutboxRow row) {
    return found.isEmpty() ? null : found.get(EventKey.of(row));
  }

  /** These were dealt with: if they come again, they are tried again. */
  void settled(Iterable<EventKey> events) {
    events.forEach(found::remove);
  }
}
