package dev.outrail.relay.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A pointer to an event that could not be published: where it is, and why. The event itself stays
 * in its outbox table. Key: relay, schema and event id, since ids are unique in their table only,
 * and several relays may read that. A record without a value says that the event is no longer in
 * quarantine.
 *
 * @param key the record's; relays of earlier builds used the event id alone
 * @param schema the database whose outbox has the row
 * @param payloadBytes -1 if the payload is NULL
 * @param committedAt when the writer committed it
 * @param sequence of an event that is held, since its topic may not be written: its place among all
 *     that are; 0 of one that cannot be published as it is
 */
public record QuarantineRecord(
    String key,
    String relay,
    String schema,
    String id,
    String aggregateType,
    String aggregateId,
    String type,
    long payloadBytes,
    Instant committedAt,
    Instant quarantinedAt,
    String reason,
    String remedy,
    long sequence) {

  private static final int VERSION = 1;
  private static final int LONGEST = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  static QuarantineRecord of(
      String relay, OutboxRow row, Instant committedAt, Problem problem, Instant now) {
    return of(relay, row, committedAt, problem, now, 0);
  }

  static QuarantineRecord held(
      String relay,
      OutboxRow row,
      Instant committedAt,
      Problem problem,
      Instant now,
      long sequence) {
    return of(relay, row, committedAt, problem, now, sequence);
  }

  private static QuarantineRecord of(
      String relay,
      OutboxRow row,
      Instant committedAt,
      Problem problem,
      Instant now,
      long sequence) {
    byte @Nullable [] payload = row.payload();
    return new QuarantineRecord(
        key(relay, EventKey.of(row)),
        relay,
        row.schema(),
        row.id(),
        shortened(row.aggregateType()),
        shortened(row.aggregateId()),
        shortened(row.type()),
        payload == null ? -1 : payload.length,
        committedAt,
        now,
        shortened(problem.what()),
        shortened(problem.remedy()),
        sequence);
  }

  /** Whether it goes out by itself, in order, once its topic may be written. */
  public boolean isHeld() {
    return sequence > 0;
  }

  /** The pointer must fit where the event did not. */
  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** A relay's name has no slash in it. */
  static String key(String relay, EventKey event) {
    return relay + "/" + event.schema() + "/" + event.id();
  }

  /** The event that it points to. */
  public EventKey event() {
    return new EventKey(schema, id);
  }

  /**
   * The same, at another record's place: what is said of an event last is true, but where it stood
   * before must be emptied, too.
   */
  QuarantineRecord at(String otherKey) {
    return new QuarantineRecord(
        otherKey,
        relay,
        schema,
        id,
        aggregateType,
        aggregateId,
        type,
        payloadBytes,
        committedAt,
        quarantinedAt,
        reason,
        remedy,
        sequence);
  }

  /** The same event, for another reason, and not held any more. */
  QuarantineRecord because(Problem problem, Instant now) {
    return new QuarantineRecord(
        key,
        relay,
        schema,
        id,
        aggregateType,
        aggregateId,
        type,
        payloadBytes,
        committedAt,
        now,
        shortened(problem.what()),
        shortened(problem.remedy()),
        0);
  }

  /**
   * Reads a record.
   *
   * @throws IOException if it is not one that this release knows
   */
  static QuarantineRecord read(String key, byte[] value) throws IOException {
    JsonNode root = JSON.readTree(value);
    if (root.path("version").asInt(-1) != VERSION) {
      throw new IOException("version " + root.path("version") + ", not " + VERSION);
    }
    return new QuarantineRecord(
        key,
        root.path("relay").asText(),
        root.path("schema").asText(),
        root.path("id").asText(),
        root.path("aggregateType").asText(),
        root.path("aggregateId").asText(),
        root.path("type").asText(),
        root.path("payloadBytes").asLong(),
        Instant.parse(root.path("committedAt").asText()),
        Instant.parse(root.path("quarantinedAt").asText()),
        root.path("reason").asText(),
        root.path("remedy").asText(),
        root.path("held").asBoolean() ? root.path("sequence").asLong() : 0);
  }

  /** Says that the event is no longer in quarantine. */
  static ProducerRecord<byte[], byte[]> released(String topic, String key) {
    ProducerRecord<byte[], byte @Nullable []> tombstone =
        new ProducerRecord<>(topic, utf8(key), null);
    return tombstone;
  }

  ProducerRecord<byte[], byte[]> toRecord(String topic) {
    ObjectNode root =
        JSON.createObjectNode()
            .put("version", VERSION)
            .put("relay", relay)
            .put("schema", schema)
            .put("id", id)
            .put("aggregateType", aggregateType)
            .put("aggregateId", aggregateId)
            .put("type", type)
            .put("payloadBytes", payloadBytes)
            .put("committedAt", committedAt.toString())
            .put("quarantinedAt", quarantinedAt.toString())
            .put("reason", reason)
            .put("remedy", remedy);
    if (isHeld()) {
      root.put("held", true).put("sequence", sequence);
    }
    ProducerRecord<byte[], byte[]> made =
        new ProducerRecord<>(topic, utf8(key), utf8(root.toString()));
    made.headers().add("id", utf8(id));
    made.headers().add("eventType", utf8(type));
    made.headers().add("content-type", utf8("application/json"));
    return made;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
