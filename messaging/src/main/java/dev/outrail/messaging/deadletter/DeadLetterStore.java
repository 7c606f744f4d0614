package dev.outrail.messaging.deadletter;

import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.inbox.InboxTransactionException;
import dev.outrail.messaging.jdbc.OpenTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The tables {@code dead_letter} and {@code held_key}, as the listeners use them. All but {@link
 * #anyHeld} belongs into the transaction of the inbox that marks the same events.
 *
 * <p>A key is held as long as its row in {@code held_key} is there. Who adds an event to a sequence
 * locks that row shared, who takes one from it locks it alone: so an event is either applied or
 * waits, and none is left behind a sequence that has just ended. Thread-safe.
 */
public final class DeadLetterStore {

  private static final String INSERT =
      """
      INSERT INTO dead_letter (consumer, message_id, state, topic, record_partition, record_offset,
          record_timestamp, key_hash, event_key, event_type, headers, payload, attempts, cause, cause_group)
      VALUES\s""";

  private static final String ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String HOLD =
      """
      INSERT INTO held_key (consumer, topic, key_hash) VALUES (:consumer, :topic, :hash)
      ON DUPLICATE KEY UPDATE key_hash = VALUES(key_hash)
      """;

  private static final String ANY_HELD =
      "SELECT EXISTS (SELECT 1 FROM held_key WHERE consumer = :consumer)";

  private static final String HELD =
      """
      SELECT topic, key_hash FROM held_key
       WHERE consumer = :consumer AND (topic, key_hash) IN (:keys)
      """;

  private static final int LONGEST_TYPE = 255;

  /** Bounds a statement by its payloads; a larger one goes alone. */
  private static final long MOST_BYTES = 1024 * 1024;

  private final OpenTransaction transaction;
  private final JdbcClient jdbc;

  /**
   * @param dataSource where the inbox is
   */
  public DeadLetterStore(DataSource dataSource) {
    this.transaction = new OpenTransaction(dataSource);
    this.jdbc = JdbcClient.create(OpenTransaction.targetOf(dataSource));
  }

  /**
   * An event to be stored.
   *
   * @param key whose later events wait; null if none does
   * @param type null if it has none
   */
  public record Letter(
      String messageId,
      ConsumerRecord<String, byte[]> received,
      @Nullable SequenceKey key,
      @Nullable String type) {}

  /** Whether any key of the consumer is held. */
  public boolean anyHeld(String consumer) {
    return jdbc.sql(ANY_HELD).param("consumer", consumer).query(Boolean.class).single();
  }

  /**
   * Which of these keys are held. They stay so until the transaction ends.
   *
   * <p>Asked without a lock first: a lock on what is not there would keep others from holding keys
   * nearby.
   */
  public Set<SequenceKey> lockHeld(String consumer, Collection<SequenceKey> keys) {
    if (keys.isEmpty()) {
      return Set.of();
    }
    Set<SequenceKey> seen = held(consumer, new LinkedHashSet<>(keys), "");
    return seen.isEmpty() ? seen : held(consumer, seen, "FOR SHARE");
  }

  private Set<SequenceKey> held(String consumer, Set<SequenceKey> keys, String lock) {
    return new HashSet<>(
        jdbc.sql(HELD + lock)
            .param("consumer", consumer)
            .param(
                "keys", keys.stream().map(key -> new Object[] {key.topic(), key.column()}).toList())
            .query((row, number) -> SequenceKey.ofColumns(row.getString(1), row.getBytes(2)))
            .list());
  }

  /**
   * Stores an event that could not be applied, and holds its key.
   *
   * @return false if it is there already, discarded or not, and nothing was changed
   */
  public boolean addFailed(String consumer, Letter letter, int attempts, Throwable failure) {
    try {
      insert(consumer, List.of(letter), State.FAILED, attempts, Failure.of(failure));
    } catch (DuplicateKeyException e) {
      return false;
    }
    if (letter.key() != null) {
      jdbc.sql(HOLD)
          .param("consumer", consumer)
          .param("topic", letter.key().topic())
          .param("hash", letter.key().column())
          .update();
    }
    return true;
  }

  /** Stores events whose keys are held; those of one key in their order. */
  public void addBehind(String consumer, List<Letter> letters) {
    int from = 0;
    while (from < letters.size()) {
      long bytes = 0;
      int to = from;
      do {
        bytes += length(letters.get(to++).received().value());
      } while (to < letters.size()
          && bytes + length(letters.get(to).received().value()) <= MOST_BYTES);
      insert(consumer, letters.subList(from, to), State.BEHIND, 0, null);
      from = to;
    }
  }

  /** Else a letter would be there without its mark. */
  private void requireTransaction() {
    transaction
        .obstacle()
        .ifPresent(
            why -> {
              throw new InboxTransactionException(why);
            });
  }

  private void insert(
      String consumer, List<Letter> letters, State state, int attempts, @Nullable Failure failure) {
    requireTransaction();
    List<@Nullable Object> values = new ArrayList<>();
    for (Letter letter : letters) {
      ConsumerRecord<String, byte[]> received = letter.received();
      Collections.addAll(
          values,
          consumer,
          letter.messageId(),
          state.ordinal(),
          received.topic(),
          received.partition(),
          received.offset(),
          received.timestamp(),
          letter.key() == null ? null : letter.key().column(),
          received.key(),
          letter.type() == null
              ? null
              : letter.type().substring(0, Math.min(LONGEST_TYPE, letter.type().length())),
          HeadersJson.write(received.headers()),
          received.value(),
          attempts,
          failure == null ? null : failure.cause(),
          failure == null ? null : failure.group());
    }
    jdbc.sql(INSERT + String.join(", ", Collections.nCopies(letters.size(), ROW)))
        .params(values)
        .update();
  }

  private static int length(byte @Nullable [] payload) {
    return payload == null ? 0 : payload.length;
  }
}
