package dev.outrail.relay;

import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.EventKey;
import dev.outrail.relay.publish.QuarantineRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this relay has in quarantine, during one term: read from the topic when it is first asked
 * for, and kept up with what the term commits from then on. Nobody else changes it, since the term
 * has fenced all others of its name.
 *
 * <p>For the relay's thread.
 */
final class Quarantine {

  /**
   * Where a pointer stands.
   *
   * @param key of its record
   */
  record Place(String key, Instant since) {

    static Place of(QuarantineRecord pointer) {
      return new Place(pointer.key(), pointer.quarantinedAt());
    }
  }

  private final Supplier<List<QuarantineRecord>> topic;
  private @Nullable Map<EventKey, Place> open;

  /**
   * @param topic reads all that is there
   */
  Quarantine(Supplier<List<QuarantineRecord>> topic) {
    this.topic = topic;
  }

  /** Kafka has committed these. */
  void added(List<QuarantineRecord> pointers) {
    if (open != null) {
      pointers.forEach(pointer -> open.put(pointer.event(), Place.of(pointer)));
    }
  }

  /** Kafka has committed that these are no longer there. */
  void released(Iterable<EventKey> events) {
    if (open != null) {
      events.forEach(open::remove);
    }
  }

  /**
   * @return null if the event is not in quarantine
   * @throws OperationRefusedException if Kafka does not answer
   */
  @Nullable Place of(EventKey event) {
    return open().get(event);
  }

  /**
   * Whoever asks at the same time as another, or asked before the relay had to begin anew, has seen
   * the quarantine as it was before. An event may come back, from a position that was moved; it is
   * then there since another time.
   *
   * @throws OperationRefusedException if it was released after it had been seen, or Kafka does not
   *     answer
   */
  void requireStill(QuarantineRecord seen) {
    if (!Place.of(seen).equals(of(seen.event()))) {
      throw OperationRefusedException.unknownId(
          "Event %s is not in quarantine any more.".formatted(seen.id()),
          "The audit topic tells who retried or discarded it, or which replay published it.");
    }
  }

  private Map<EventKey, Place> open() {
    Map<EventKey, Place> known = open;
    if (known == null) {
      known = new HashMap<>();
      try {
        for (QuarantineRecord pointer : topic.get()) {
          known.put(pointer.event(), Place.of(pointer));
        }
      } catch (TransientException e) {
        throw OperationRefusedException.notConnected(
            String.valueOf(e.getMessage()), "Ask again once Kafka answers; nothing was changed.");
      }
      open = known;
    }
    return known;
  }
}
