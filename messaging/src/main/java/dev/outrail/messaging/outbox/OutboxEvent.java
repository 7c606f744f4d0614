package dev.outrail.messaging.outbox;

import dev.outrail.messaging.kafka.EventHeader;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.tracing.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event to append. Immutable: the payload is copied in and out.
 *
 * @param topic the Kafka topic it goes to (column {@code aggregatetype})
 * @param key the record key, usually the aggregate's id (column {@code aggregateid}); consumers see
 *     the events of one key in commit order
 * @param type what happened, with the major version of its schema, such as {@code order.paid.v1}
 * @param contentType media type of the payload
 * @param payload the record's value; reaches Kafka byte for byte, at most {@value
 *     #MAX_PAYLOAD_BYTES} bytes; null for a {@link #tombstone}
 * @param trace the trace it belongs to; null for the one that is current when it is appended
 * @param headers of its own, which its record has behind the others, in their order; see {@link
 *     #header}
 * @param cause the id of the event that it follows from, header {@code ce_causationid} of its
 *     record; null for the one that a listener's method is applying when it is appended, if any
 */
public record OutboxEvent(
    String topic,
    String key,
    String type,
    String contentType,
    byte @Nullable [] payload,
    @Nullable TraceContext trace,
    List<EventHeader> headers,
    @Nullable String cause) {

  /** The capacity of the payload column; the topic's own limit is usually lower (1 MiB). */
  public static final int MAX_PAYLOAD_BYTES = 16 * 1024 * 1024 - 1;

  /** The most that an event's headers may take, as the JSON text that is stored. */
  public static final int MAX_HEADERS_BYTES = OutboxHeaders.MAX_BYTES;

  private static final int MAX_TEXT = 255;
  private static final int MAX_CONTENT_TYPE = 100;
  private static final int MAX_TOPIC = 249;

  /** What Kafka allows, but for "." and "..". */
  private static final Pattern TOPIC =
      Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1," + MAX_TOPIC + "}");

  /**
   * @throws IllegalArgumentException if a value is blank or longer than its column, or the topic's
   *     name is not one that Kafka allows, or a header is not allowed ({@link #header}); nothing is
   *     appended then
   */
  public OutboxEvent {
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "topic '"
              + topic
              + "' is not a Kafka topic name: use 1 to "
              + MAX_TOPIC
              + " of the characters a-z A-Z 0-9 . _ -");
    }
    requireText("key", key, MAX_TEXT);
    requireText("type", type, MAX_TEXT);
    requireText("contentType", contentType, MAX_CONTENT_TYPE);
    if (payload != null && payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "payload of "
              + payload.length
              + " bytes is larger than the "
              + MAX_PAYLOAD_BYTES
              + " an outbox row can hold: store it elsewhere and send a reference");
    }
    if (cause != null) {
      requireText("cause", cause, MAX_TEXT);
    }
    payload = payload == null ? null : payload.clone();
    headers = OutboxHeaders.checked(headers);
  }

  /**
   * An event without headers of its own.
   *
   * @throws IllegalArgumentException as above
   */
  public OutboxEvent(
      String topic,
      String key,
      String type,
      String contentType,
      byte @Nullable [] payload,
      @Nullable TraceContext trace) {
    this(topic, key, type, contentType, payload, trace, List.of(), null);
  }

  /**
   * An event of the current trace.
   *
   * @throws IllegalArgumentException as above
   * @throws NullPointerException if the payload is null: see {@link #tombstone}
   */
  public OutboxEvent(String topic, String key, String type, String contentType, byte[] payload) {
    this(
        topic,
        key,
        type,
        contentType,
        Objects.requireNonNull(payload, "payload: an event without one is a tombstone"),
        null);
  }

  /**
   * An event of the current trace without a payload. It becomes a record without a value, which in
   * a compacted topic deletes what its key held before. Not the same as an empty payload.
   *
   * @param type what happened, such as {@code account.deleted.v1}
   */
  public static OutboxEvent tombstone(String topic, String key, String type) {
    return new OutboxEvent(topic, key, type, "application/json", null, null);
  }

  /** An event of the current trace whose payload is JSON text; it is stored as UTF-8. */
  public static OutboxEvent json(String topic, String key, String type, String json) {
    return new OutboxEvent(
        topic, key, type, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The same event in a given trace: for one that follows from a received event, of which there are
   * several in a batch. {@link TraceContext#NONE} stands for no trace at all.
   */
  public OutboxEvent inTrace(TraceContext given) {
    return new OutboxEvent(topic, key, type, contentType, payload, given, headers, cause);
  }

  /**
   * The same event with one more header, behind those it has; of one name there may be several. The
   * table needs the column {@code headers} for it (change messaging-7 of {@code messaging.sql}).
   *
   * @param name 1 to 255 characters; {@code id}, {@code eventType}, {@code content-type}, {@code
   *     traceparent}, {@code tracestate}, {@code replay} and what begins with {@code ce_}, {@code
   *     kafka_} or {@code outrail} is reserved, in whatever case
   * @param value any text, in UTF-8 in the record
   * @throws IllegalArgumentException if the name is blank, too long or reserved, name or value is
   *     no text, or all headers together take more than {@value #MAX_HEADERS_BYTES} bytes as JSON
   */
  public OutboxEvent header(String name, String value) {
    List<EventHeader> all = new ArrayList<>(headers);
    all.add(new EventHeader(name, value));
    return new OutboxEvent(topic, key, type, contentType, payload, trace, all, cause);
  }

  /**
   * The same event, as one that follows from a received event: in its trace, and with its id as the
   * cause. For methods that apply several events at once; of one that is called for each event, the
   * cause is known. The table needs the column {@code headers}.
   */
  public OutboxEvent following(InboundEvent received) {
    return new OutboxEvent(
        topic, key, type, contentType, payload, received.trace(), headers, received.id());
  }

  @Override
  public byte @Nullable [] payload() {
    return payload == null ? null : payload.clone();
  }

  /** Bytes that vary between events of a kind: what a statement's size depends on. */
  int length() {
    return payloadLength() + OutboxHeaders.lengthOf(headers);
  }

  int payloadLength() {
    return payload == null ? 0 : payload.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OutboxEvent that
        && topic.equals(that.topic)
        && key.equals(that.key)
        && type.equals(that.type)
        && contentType.equals(that.contentType)
        && Objects.equals(trace, that.trace)
        && headers.equals(that.headers)
        && Objects.equals(cause, that.cause)
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * topic.hashCode() + key.hashCode()) + Arrays.hashCode(payload);
  }

  /** Leaves the payload out: it may hold what logs should not. */
  @Override
  public String toString() {
    return "OutboxEvent[topic=%s, key=%s, type=%s, %s]"
        .formatted(
            topic,
            key,
            type,
            payload == null ? "no payload" : payload.length + " bytes of " + contentType);
  }

  private static void requireText(String name, String value, int maxLength) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(name + " of an outbox event must not be blank");
    }
    if (value.length() > maxLength) {
      throw new IllegalArgumentException(
          "%s of an outbox event has %d characters, at most %d fit: '%s...'"
              .formatted(name, value.length(), maxLength, value.substring(0, 40)));
    }
  }
}
