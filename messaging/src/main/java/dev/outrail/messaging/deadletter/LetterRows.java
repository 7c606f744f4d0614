package dev.outrail.messaging.deadletter;

import dev.outrail.messaging.deadletter.DeadLetter.Discarded;
import dev.outrail.messaging.deadletter.DeadLetter.State;
import dev.outrail.messaging.inbox.ForgottenMessageException;
import dev.outrail.messaging.inbox.ImplicitCommitException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The tables {@code dead_letter} and {@code held_key}, as an operator uses them. */
final class LetterRows {

  private static final String ALL =
      """
      SELECT id, consumer, message_id, state, topic, record_partition, record_offset,
             record_timestamp, key_hash, event_key, event_type, headers, payload, attempts, cause,
             cause_group, UNIX_TIMESTAMP(parked_at) AS parked, UNIX_TIMESTAMP(discarded_at) AS gone,
             discarded_by, discarded_why
        FROM dead_letter
      """;

  /** For lists: a page of payloads may be large. */
  private static final String WITHOUT_CONTENT =
      ALL.replace(" headers, payload,", " '[]' AS headers, NULL AS payload,");

  private static final String SEQUENCE =
      "WHERE consumer = :consumer AND topic = :topic AND key_hash = :hash AND state <> 2\n";

  private static final String LOCK_KEY =
      """
      SELECT COUNT(*) FROM held_key
       WHERE consumer = :consumer AND topic = :topic AND key_hash = :hash FOR UPDATE
      """;

  private static final String RELEASE =
      """
      DELETE FROM held_key
       WHERE consumer = :consumer AND topic = :topic AND key_hash = :hash
         AND NOT EXISTS (
           SELECT 1 FROM dead_letter
            WHERE consumer = :consumer AND topic = :topic AND key_hash = :hash AND state <> 2)
      """;

  private static final String NOTE =
      """
      UPDATE dead_letter
         SET state = 0, attempts = attempts + 1, cause = :cause, cause_group = :group
       WHERE id = :id AND state <> 2
      """;

  private static final String DISCARD =
      """
      UPDATE dead_letter
         SET state = 2, discarded_at = CURRENT_TIMESTAMP(6), discarded_by = :who, discarded_why = :why
       WHERE id = :id AND state <> 2
      """;

  private static final String SUMMARY =
      """
      SELECT consumer, topic, cause_group, SUM(state = 0) AS failed, SUM(state = 1) AS behind,
             UNIX_TIMESTAMP(MIN(parked_at)) AS oldest, MIN(id) AS first, MIN(cause) AS cause
        FROM dead_letter
       WHERE state IN (0, 1)
       GROUP BY consumer, topic, cause_group
       ORDER BY consumer, topic, cause_group
      """;

  private static final String WAITING =
      "SELECT consumer, COUNT(*) FROM dead_letter WHERE state IN (0, 1) GROUP BY consumer";

  private static final List<String> UNCERTAIN =
      List.of(ForgottenMessageException.class.getName(), ImplicitCommitException.class.getName());

  private final JdbcClient jdbc;

  LetterRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A letter, and what is needed to apply it.
   *
   * @param key whose later events wait behind it; null if none does
   */
  record Stored(
      DeadLetter letter, @Nullable SequenceKey key, ConsumerRecord<String, byte[]> received) {

    /** Whether it may have been applied before it became a letter, as a whole or in part. */
    boolean isUncertain() {
      String group = letter.group();
      return group != null && UNCERTAIN.stream().anyMatch(group::startsWith);
    }
  }

  Optional<Stored> get(long id) {
    return jdbc.sql(ALL + "WHERE id = :id").param("id", id).query(LetterRows::stored).optional();
  }

  /** Locked, for a letter that nothing waits behind; empty if it is not to be applied any more. */
  Optional<Stored> lock(long id) {
    return jdbc.sql(ALL + "WHERE id = :id AND state <> 2 FOR UPDATE")
        .param("id", id)
        .query(LetterRows::stored)
        .optional();
  }

  /** The first letter of a sequence; until the transaction ends nobody else changes it. */
  Optional<Stored> lockFirst(String consumer, SequenceKey key) {
    lockKey(consumer, key);
    return ofKey(ALL + SEQUENCE + "ORDER BY id LIMIT 1 FOR UPDATE", consumer, key)
        .query(LetterRows::stored)
        .optional();
  }

  /** All of a sequence; until the transaction ends nobody else changes it. */
  List<Long> lockAll(String consumer, SequenceKey key) {
    lockKey(consumer, key);
    return ofKey("SELECT id FROM dead_letter " + SEQUENCE + "ORDER BY id FOR UPDATE", consumer, key)
        .query(Long.class)
        .list();
  }

  void lockKey(String consumer, SequenceKey key) {
    ofKey(LOCK_KEY, consumer, key).query(Long.class).single();
  }

  /** Its key's later events are not held any more, if that was the last one. */
  void releaseIfEmpty(String consumer, SequenceKey key) {
    ofKey(RELEASE, consumer, key).update();
  }

  private StatementSpec ofKey(String sql, String consumer, SequenceKey key) {
    return jdbc.sql(sql)
        .param("consumer", consumer)
        .param("topic", key.topic())
        .param("hash", key.column());
  }

  void delete(long id) {
    jdbc.sql("DELETE FROM dead_letter WHERE id = :id").param("id", id).update();
  }

  void note(long id, Failure failure) {
    jdbc.sql(NOTE)
        .param("id", id)
        .param("cause", failure.cause())
        .param("group", failure.group())
        .update();
  }

  boolean discard(long id, String who, String why) {
    return jdbc.sql(DISCARD).param("id", id).param("who", who).param("why", why).update() == 1;
  }

  List<Stored> find(DeadLetters.Query query, long after, int atMost) {
    List<String> conditions = new ArrayList<>(List.of("id > :after"));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("after", after);
    values.put("most", atMost);
    equal("consumer", query.consumer(), conditions, values);
    equal("topic", query.topic(), conditions, values);
    equal("event_key", query.key(), conditions, values);
    equal("message_id", query.messageId(), conditions, values);
    equal("event_type", query.type(), conditions, values);
    equal("cause_group", query.group(), conditions, values);
    if (query.consumer() != null && query.topic() != null && query.key() != null) {
      // By the index; those that nothing waits behind have no hash.
      conditions.add("(key_hash = :hash OR key_hash IS NULL)");
      values.put("hash", SequenceKey.of(query.topic(), query.key()).column());
    }
    State state = query.state();
    if (state == null) {
      conditions.add("state IN (0, 1)");
    } else {
      equal("state", state.ordinal(), conditions, values);
    }
    return jdbc.sql(
            WITHOUT_CONTENT
                + "WHERE "
                + String.join(" AND ", conditions)
                + " ORDER BY id LIMIT :most")
        .params(values)
        .query(LetterRows::stored)
        .list();
  }

  private static void equal(
      String column, @Nullable Object value, List<String> conditions, Map<String, Object> values) {
    if (value != null) {
      conditions.add(column + " = :" + column);
      values.put(column, value);
    }
  }

  List<DeadLetters.Group> summary() {
    return jdbc.sql(SUMMARY)
        .query(
            (row, number) ->
                new DeadLetters.Group(
                    row.getString("consumer"),
                    row.getString("topic"),
                    row.getString("cause_group"),
                    row.getLong("failed"),
                    row.getLong("behind"),
                    Objects.requireNonNull(instant(row, "oldest")),
                    row.getLong("first"),
                    row.getString("cause")))
        .list();
  }

  Map<String, Long> waiting() {
    Map<String, Long> waiting = new LinkedHashMap<>();
    RowCallbackHandler each = row -> waiting.put(row.getString(1), row.getLong(2));
    jdbc.sql(WAITING).query(each);
    return waiting;
  }

  private static Stored stored(ResultSet row, int number) throws SQLException {
    Headers headers = HeadersJson.read(row.getString("headers"));
    byte[] hash = row.getBytes("key_hash");
    String topic = row.getString("topic");
    return new Stored(
        letter(row, headers),
        hash == null ? null : SequenceKey.ofColumns(topic, hash),
        new ConsumerRecord<>(
            topic,
            row.getInt("record_partition"),
            row.getLong("record_offset"),
            row.getLong("record_timestamp"),
            TimestampType.CREATE_TIME,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            row.getString("event_key"),
            row.getBytes("payload"),
            headers,
            Optional.empty()));
  }

  private static DeadLetter letter(ResultSet row, Headers headers) throws SQLException {
    Instant gone = instant(row, "gone");
    return new DeadLetter(
        row.getLong("id"),
        row.getString("consumer"),
        row.getString("message_id"),
        State.values()[row.getInt("state")],
        row.getString("topic"),
        row.getInt("record_partition"),
        row.getLong("record_offset"),
        row.getString("event_key"),
        row.getString("event_type"),
        row.getBytes("payload"),
        HeadersJson.texts(headers),
        row.getInt("attempts"),
        row.getString("cause"),
        row.getString("cause_group"),
        Objects.requireNonNull(instant(row, "parked")),
        gone == null
            ? null
            : new Discarded(row.getString("discarded_by"), row.getString("discarded_why"), gone));
  }

  /** From seconds, as the server counts them, whatever time zones it and this JVM are set to. */
  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    BigDecimal seconds = row.getBigDecimal(column);
    return seconds == null
        ? null
        : Instant.EPOCH.plus(seconds.movePointRight(6).longValue(), ChronoUnit.MICROS);
  }
}
