package dev.outrail.relay.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One line of the audit topic: what an operator had the relay do. Written in the same Kafka
 * transaction as the effect, so a {@code read_committed} reader sees both or neither.
 *
 * <pre>{@code
 * {"version":2,"operationId":"<uuid>","relay":"main","operation":"REPLAY","outcome":"DONE",
 *  "claimedBy":"ada","reason":"INC-42","at":"<RFC 3339>","parameters":{"key":"4711"},"result":{"published":3}}
 * }</pre>
 *
 * Whoever knows the token can claim any name; nobody checks it.
 *
 * <p>A replay that needs several Kafka transactions has two: BEGUN in the first, DONE (or FAILED)
 * in or after the last. All other operations have one, DONE.
 *
 * @param parameters what was asked; plain values, lists and maps
 * @param result counts and sets that tell what came of it
 */
public record AuditRecord(
    UUID operationId,
    String relay,
    Operation operation,
    Outcome outcome,
    Author author,
    Instant at,
    Map<String, Object> parameters,
    Map<String, Object> result) {

  /** Of the JSON. A reader ignores fields that it does not know. */
  public static final int VERSION = 2;

  /** The verbs that change something. */
  public enum Operation {
    PAUSE,
    RESUME,
    HANDOVER,
    POSITION,
    REPLAY,
    QUARANTINE_RETRY,
    QUARANTINE_DISCARD,
    PURGE_RELEASE
  }

  /** How far it came. */
  public enum Outcome {
    BEGUN,
    DONE,
    FAILED
  }

  public AuditRecord {
    parameters = new LinkedHashMap<>(parameters);
    result = new LinkedHashMap<>(result);
  }

  /** A record of an operation that is complete with it. */
  public static AuditRecord done(
      UUID operationId,
      String relay,
      Operation operation,
      Author author,
      Instant at,
      Map<String, Object> parameters,
      Map<String, Object> result) {
    return new AuditRecord(
        operationId, relay, operation, Outcome.DONE, author, at, parameters, result);
  }

  public static AuditRecord ofPositionChange(
      UUID operationId, String relay, PositionChange change, Author author, Instant at) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("before", change.before());
    result.put("after", change.after());
    result.put("skippedTransactions", change.skipped().transactions());
    result.put("skippedEvents", change.skipped().events().count());
    result.put("skippedEventsCertainty", change.skipped().events().certainty().name());
    result.put("repeatedTransactions", change.repeated().transactions());
    result.put("repeatedEvents", change.repeated().events().count());
    result.put("repeatedEventsCertainty", change.repeated().events().certainty().name());
    return done(
        operationId,
        relay,
        Operation.POSITION,
        author,
        at,
        Map.of("gtids", change.after()),
        result);
  }

  /** For the audit topic: the key is the relay's name, so one relay's records stay in order. */
  public ProducerRecord<byte[], byte[]> toRecord(String topic) {
    ObjectNode root = OperateJson.MAPPER.createObjectNode();
    root.put("version", VERSION);
    root.put("operationId", operationId.toString());
    root.put("relay", relay);
    root.put("operation", operation.name());
    root.put("outcome", outcome.name());
    root.put("claimedBy", author.by());
    root.put("reason", author.reason());
    root.put("at", at.toString());
    root.set("parameters", OperateJson.MAPPER.valueToTree(parameters));
    root.set("result", OperateJson.MAPPER.valueToTree(result));
    return new ProducerRecord<>(
        topic,
        null,
        at.toEpochMilli(),
        relay.getBytes(StandardCharsets.UTF_8),
        root.toString().getBytes(StandardCharsets.UTF_8));
  }
}
