package dev.outrail.messaging.kafka;

import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON payloads as contracts are meant: fields that are new are let pass; a missing one, a
 * text for a number or a fraction for a whole number is not. Independent of the application's own
 * JSON settings. Thread-safe.
 */
public final class EventJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private EventJson() {}

  /**
   * Reads the payload into a record. An {@link IllegalArgumentException} of its constructor counts
   * as a broken payload too.
   *
   * @throws PermanentMessageException if the payload is not of that form, with the field's name, or
   *     if there is none
   */
  public static <T> T read(InboundEvent event, Class<T> type) {
    return type.cast(read(event, (Type) type));
  }

  /** As {@link #read(InboundEvent, Class)}, for a class with type parameters. */
  public static Object read(InboundEvent event, Type type) {
    if (event.payload() == null) {
      throw new PermanentMessageException(
          "event %s of type %s is a tombstone and has no payload to read: take it with Inbox.applyOnce, and ask InboundEvent.isTombstone first"
              .formatted(event.id(), event.type()));
    }
    Object read;
    try {
      read = JSON.readValue(event.payload(), JSON.constructType(type));
    } catch (JacksonException e) {
      throw new PermanentMessageException(
          "event %s is not a %s: %s".formatted(event.id(), event.type(), e.getOriginalMessage()),
          e);
    }
    if (read == null) {
      throw new PermanentMessageException(
          "event %s is not a %s: the payload is null".formatted(event.id(), event.type()));
    }
    return read;
  }
}
