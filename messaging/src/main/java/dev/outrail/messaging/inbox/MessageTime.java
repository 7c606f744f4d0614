package dev.outrail.messaging.inbox;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Reads the time at which an event was made out of its id. */
final class MessageTime {

  private static final int VERSION = 7;
  private static final int LENGTH = 36;

  private MessageTime() {}

  /** Empty if the id is no UUIDv7. */
  static Optional<Instant> of(String messageId) {
    if (messageId.length() != LENGTH) {
      return Optional.empty();
    }
    try {
      UUID id = UUID.fromString(messageId);
      return id.version() == VERSION
          ? Optional.of(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
