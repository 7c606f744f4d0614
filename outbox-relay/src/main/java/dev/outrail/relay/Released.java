package dev.outrail.relay;

import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.publish.QuarantineRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What left the quarantine during one term: whoever asks at the same time as another has seen the
 * quarantine as it was before. An event may come back, from a position that was moved; it is then
 * there since another time, and can be released once more.
 *
 * <p>Not thread-safe.
 */
final class Released {

  private final Map<String, Instant> thereSince = new HashMap<>();

  void add(QuarantineRecord seen) {
    thereSince.put(seen.id(), seen.quarantinedAt());
  }

  /**
   * @throws OperationRefusedException if it was released after it had been seen
   */
  void requireNot(QuarantineRecord seen) {
    if (seen.quarantinedAt().equals(thereSince.get(seen.id()))) {
      throw OperationRefusedException.unknownId(
          "Event %s is not in quarantine any more.".formatted(seen.id()),
          "The audit topic tells who retried or discarded it.");
    }
  }
}
