package dev.outrail.order.events;

import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.order.payment.PaymentSucceeded;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the payload of {@code payment.succeeded.v1}. */
final class PaymentSucceededJson {

  /** New fields are let pass; a missing one, a text for a number or a fraction is not. */
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

  private PaymentSucceededJson() {}

  /**
   * @throws PermanentMessageException if the payload is not what the event's schema says
   */
  static PaymentSucceeded read(InboundEvent event) {
    try {
      return JSON.readValue(event.payload(), PaymentSucceeded.class);
    } catch (JacksonException e) {
      throw new PermanentMessageException(
          "event %s is not a %s: %s".formatted(event.id(), event.type(), e.getOriginalMessage()),
          e);
    }
  }
}
