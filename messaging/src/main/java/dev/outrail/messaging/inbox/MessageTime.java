package dev.outrail.messaging.inbox;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads the time at which an event was made out of its id. */
final class MessageTime {

  /**
   * Of ids that tell it, as Java and MySQL understand it alike: what the one forgets, the other
   * must be able to refuse.
   */
  static final String PATTERN =
      "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

  private static final Pattern UUID_V7 = Pattern.compile(PATTERN);

  private MessageTime() {}

  /** Empty if the id is no UUIDv7. */
  static Optional<Instant> of(String messageId) {
    return UUID_V7.matcher(messageId).matches()
        ? Optional.of(
            Instant.ofEpochMilli(UUID.fromString(messageId).getMostSignificantBits() >>> 16))
        : Optional.empty();
  }

  /** What ids of that time begin with: those made before sort below. */
  static String firstIdAt(Instant time) {
    String digits = "%012x".formatted(time.toEpochMilli());
    return digits.substring(0, 8) + "-" + digits.substring(8);
  }
}
