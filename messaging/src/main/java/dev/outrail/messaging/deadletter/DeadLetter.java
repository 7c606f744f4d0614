package dev.outrail.messaging.deadletter;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event that a consumer could not apply, or one that waits behind such an event of its key.
 *
 * @param id grows in the order of parking
 * @param consumer who could not apply it: the name in the inbox
 * @param messageId the event id; of a record without one, its place in the topic
 * @param state what is the matter
 * @param topic where it came from
 * @param partition of the topic
 * @param offset in the partition
 * @param key the record's key; null if it had none
 * @param type the event type; null if it had none
 * @param payload the record's value; null for a tombstone
 * @param headers the record's, those that are no text in Base64; of a name that occurs twice, the
 *     last
 * @param attempts how often it was tried; 0 if it only waits
 * @param cause why it failed last; null if it only waits
 * @param group the same for letters that failed alike; null if it only waits
 * @param parkedAt by the database's clock
 * @param discarded who said that it is not to be applied, when and why; null unless it is so
 */
public record DeadLetter(
    long id,
    String consumer,
    String messageId,
    State state,
    String topic,
    int partition,
    long offset,
    @Nullable String key,
    @Nullable String type,
    byte @Nullable [] payload,
    Map<String, String> headers,
    int attempts,
    @Nullable String cause,
    @Nullable String group,
    Instant parkedAt,
    @Nullable Discarded discarded) {

  /** What is the matter with a letter. In the order of the column's numbers. */
  public enum State {
    /** It could not be applied. */
    FAILED,
    /** An earlier event of its key could not be applied; this one has not been tried. */
    BEHIND,
    /** Somebody said that it is not to be applied; kept as a proof. */
    DISCARDED
  }

  /** Who discarded a letter, when and why. */
  public record Discarded(String who, String why, Instant at) {}
}
