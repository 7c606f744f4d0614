package dev.outrail.messaging.kafka;

import dev.outrail.messaging.inbox.MessageId;
import dev.outrail.messaging.tracing.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * An event as it arrived from Kafka.
 *
 * @param id the event id, the same in every redelivery: the message id for the inbox, as {@link
 *     MessageId#canonical} writes it
 * @param type what happened, with the major version of its schema
 * @param key the record's key
 * @param payload the record's value; null for a tombstone
 * @param trace of the writer; what follows from this event is appended with {@link
 *     dev.outrail.messaging.outbox.OutboxEvent#following}
 * @param headers all that the record has, in their order, as text of UTF-8; but for those without a
 *     value
 */
public record InboundEvent(
    String id,
    String type,
    String key,
    byte @Nullable [] payload,
    TraceContext trace,
    List<EventHeader> headers) {

  private static final int LONGEST_ID = 255;

  public InboundEvent {
    headers = List.copyOf(headers);
  }

  /** An event without headers, as tests make it. */
  public InboundEvent(
      String id, String type, String key, byte @Nullable [] payload, TraceContext trace) {
    this(id, type, key, payload, trace, List.of());
  }

  /**
   * Reads a record as the relay (or Debezium's event router) writes it.
   *
   * @throws PermanentMessageException if the record lacks its id, type or key: it did not come out
   *     of an outbox, and no retry will change that
   */
  public static InboundEvent from(ConsumerRecord<String, byte[]> record) {
    String id;
    try {
      id = MessageId.canonical(header(record, "id"));
    } catch (IllegalArgumentException e) {
      throw new PermanentMessageException(
          "header 'id' of %s is no id: %s".formatted(position(record), e.getMessage()), e);
    }
    if (record.key() == null) {
      throw new PermanentMessageException(
          position(record) + " with event id " + id + " has no key");
    }
    return new InboundEvent(
        id,
        header(record, "eventType"),
        record.key(),
        record.value(),
        TraceContext.ofHeaders(text(record, "traceparent"), text(record, "tracestate")),
        headersOf(record));
  }

  /**
   * Checks that this is the event the consumer knows.
   *
   * @throws PermanentMessageException if the type or its major version is another
   */
  public InboundEvent requireType(String expected) {
    if (!type.equals(expected)) {
      throw new PermanentMessageException(
          "event %s has type '%s', this consumer knows only '%s': deploy a consumer that knows it, then replay"
              .formatted(id, type, expected));
    }
    return this;
  }

  /** The header of that name; of several, the last. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(each -> each.name().equals(name))
        .reduce((earlier, later) -> later)
        .map(EventHeader::value);
  }

  /** The id of the event that it follows from, if its writer has told. */
  public Optional<String> cause() {
    return header("ce_causationid");
  }

  /** Whether it has no payload: what its key held before is gone. */
  public boolean isTombstone() {
    return payload == null;
  }

  /** The event id, or, of a record that has none, its place in its topic. */
  public static String messageId(ConsumerRecord<String, byte[]> record) {
    try {
      return MessageId.canonical(header(record, "id"));
    } catch (PermanentMessageException | IllegalArgumentException e) {
      String place = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
      return place.substring(Math.max(0, place.length() - LONGEST_ID));
    }
  }

  /** The event type; null if the record has none. */
  public static @Nullable String typeOf(ConsumerRecord<String, byte[]> record) {
    return text(record, "eventType");
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    String text = text(record, name);
    if (text == null) {
      throw new PermanentMessageException(
          position(record) + " has no header '" + name + "': it was not written by the relay");
    }
    return text;
  }

  private static @Nullable String text(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static List<EventHeader> headersOf(ConsumerRecord<?, ?> record) {
    List<EventHeader> headers = new ArrayList<>();
    for (Header each : record.headers()) {
      if (each.value() != null) {
        headers.add(new EventHeader(each.key(), new String(each.value(), StandardCharsets.UTF_8)));
      }
    }
    return headers;
  }

  private static String position(ConsumerRecord<?, ?> record) {
    return "record %s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
  }
}
