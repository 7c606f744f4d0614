package dev.outrail.relay;

import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.EventKey;
import dev.outrail.relay.publish.QuarantineRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this relay has in quarantine, during one term: the topic is read once, by whoever asks
 * first, and kept up with what the term commits. Nobody else changes it, since the term has fenced
 * all others of its name.
 *
 * <p>Thread-safe; only the term changes it, and never waits for a reading.
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
  private final Object reading = new Object();
  private @Nullable Map<EventKey, Place> open;

  /** What the term has committed before the topic was read to its end; empty if no longer there. */
  private final Map<EventKey, Optional<Place>> meanwhile = new HashMap<>();

  /**
   * @param topic reads all that is there
   */
  Quarantine(Supplier<List<QuarantineRecord>> topic) {
    this.topic = topic;
  }

  /** Kafka has committed these. */
  void added(List<QuarantineRecord> pointers) {
    pointers.forEach(pointer -> put(pointer.event(), Optional.of(Place.of(pointer))));
  }

  /** Kafka has committed that these are no longer there. */
  void released(Iterable<EventKey> events) {
    events.forEach(event -> put(event, Optional.empty()));
  }

  private synchronized void put(EventKey event, Optional<Place> place) {
    if (open == null) {
      meanwhile.put(event, place);
    } else if (place.isPresent()) {
      open.put(event, place.get());
    } else {
      open.remove(event);
    }
  }

  /**
   * The ids of all events that are there.
   *
   * @throws TransientException if Kafka does not answer
   */
  Set<String> ids() {
    read();
    synchronized (this) {
      return opened().keySet().stream().map(EventKey::id).collect(Collectors.toSet());
    }
  }

  /**
   * How many events are there.
   *
   * @throws TransientException if Kafka does not answer
   */
  int size() {
    read();
    synchronized (this) {
      return opened().size();
    }
  }

  /**
   * @return null if the event is not in quarantine
   * @throws OperationRefusedException if Kafka does not answer
   */
  @Nullable Place of(EventKey event) {
    try {
      read();
    } catch (TransientException e) {
      throw OperationRefusedException.notConnected(
          String.valueOf(e.getMessage()), "Ask again once Kafka answers; nothing was changed.");
    }
    synchronized (this) {
      return opened().get(event);
    }
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

  private void read() {
    synchronized (reading) {
      synchronized (this) {
        if (open != null) {
          return;
        }
      }
      Map<EventKey, Place> found = new HashMap<>();
      topic.get().forEach(pointer -> found.put(pointer.event(), Place.of(pointer)));
      synchronized (this) {
        open = found;
        meanwhile.forEach(this::put);
        meanwhile.clear();
      }
    }
  }

  private Map<EventKey, Place> opened() {
    return Objects.requireNonNull(open, "read() comes first");
  }
}
