package dev.outrail.messaging.outbox;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.util.UUID;

/**
 * The identity of an event: a UUIDv7 (RFC 9562), made by the writer and the same everywhere after
 * it, in the outbox row, in the record's headers and in the inbox of each consumer.
 */
public record EventId(UUID value) {

  private static final NoArgGenerator UUID_V7 = Generators.timeBasedEpochRandomGenerator();

  /** Makes a new id. Ids of one process sort by the millisecond they were made in. Thread-safe. */
  public static EventId next() {
    return new EventId(UUID_V7.generate());
  }

  /**
   * Reads an id in its 36-character form.
   *
   * @throws IllegalArgumentException if the text is not a UUID
   */
  public static EventId of(String text) {
    return new EventId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
