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
 * in its outbox table. Key: the event id. A record without a value says that the event was retried
 * or discarded.
 *
 * @param schema the database whose outbox has the row
 * @param payloadBytes -1 if the payload is NULL
 * @param committedAt when the writer committed it
 */
public record QuarantineRecord(
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
    String remedy) {

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  static QuarantineRecord of(
      String relay, OutboxRow row, Instant committedAt, Problem problem, Instant now) {
    byte @Nullable [] payload = row.payload();
    return new QuarantineRecord(
        relay,
        row.schema(),
        row.id(),
        row.aggregateType(),
        row.aggregateId(),
        row.type(),
        payload == null ? -1 : payload.length,
        committedAt,
        now,
        problem.what(),
        problem.remedy());
  }

  /**
   * Reads a record's value.
   *
   * @throws IOException if it is not one that this release knows
   */
  public static QuarantineRecord read(byte[] value) throws IOException {
    JsonNode root = JSON.readTree(value);
    if (root.path("version").asInt(-1) != VERSION) {
      throw new IOException("version " + root.path("version") + ", not " + VERSION);
    }
    return new QuarantineRecord(
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
        root.path("remedy").asText());
  }

  /** Says that the event is no longer in quarantine. */
  static ProducerRecord<byte[], byte[]> released(String topic, String eventId) {
    ProducerRecord<byte[], byte @Nullable []> tombstone =
        new ProducerRecord<>(topic, utf8(eventId), null);
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
    ProducerRecord<byte[], byte[]> made =
        new ProducerRecord<>(topic, utf8(id), utf8(root.toString()));
    made.headers().add("id", utf8(id));
    made.headers().add("eventType", utf8(type));
    made.headers().add("content-type", utf8("application/json"));
    return made;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
