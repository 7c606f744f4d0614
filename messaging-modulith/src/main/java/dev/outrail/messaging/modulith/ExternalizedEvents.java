package dev.outrail.messaging.modulith;

import dev.outrail.messaging.outbox.EventId;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.Ordered;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.RoutingTarget;
import org.springframework.modulith.events.support.BrokerRouting;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Appends each event that is to be externalized, while it is being published: on the publisher's
 * thread, in its transaction, before all other listeners. So what another listener publishes on
 * account of an event comes behind it, and what is refused here is refused before anybody acts on
 * it; the exception is the publisher's. Thread-safe.
 *
 * <p>Topic, key, payload and headers are made of what the configuration maps the event to, as
 * Modulith's own transport for Kafka makes them.
 */
final class ExternalizedEvents implements ApplicationListener<ApplicationEvent>, Ordered {

  /** Null where the application has none on its class path. */
  private static final @Nullable Class<?> MESSAGE = messageClass();

  private final EventExternalizationConfiguration externalization;
  private final EventTypes types;
  private final Outbox outbox;
  private final JsonMapper json;
  private final EvaluationContext expressions;

  ExternalizedEvents(
      EventExternalizationConfiguration externalization,
      EventTypes types,
      Outbox outbox,
      JsonMapper json,
      BeanFactory beans) {
    this.externalization = externalization;
    this.types = types;
    this.outbox = outbox;
    this.json = json;
    StandardEvaluationContext context = new StandardEvaluationContext();
    context.setBeanResolver(new BeanFactoryResolver(beans));
    this.expressions = context;
  }

  @Override
  public void onApplicationEvent(ApplicationEvent published) {
    Object event =
        published instanceof PayloadApplicationEvent<?> carrier ? carrier.getPayload() : published;
    if (externalization.supports(event)) {
      outbox.append(outboxEvent(event));
    }
  }

  private OutboxEvent outboxEvent(Object event) {
    RoutingTarget target = externalization.determineTarget(event);
    Object payload = externalization.map(event);
    requireNoMessage(event, payload);
    BrokerRouting routing = BrokerRouting.of(target, expressions);
    OutboxEvent appended =
        new OutboxEvent(
            routing.getTarget(payload),
            target.getKey() == null
                ? EventId.next().toString()
                : key(event, target, routing, payload),
            types.typeOf(event),
            "application/json",
            json.writeValueAsBytes(payload));
    for (Map.Entry<String, Object> each : externalization.getHeadersFor(payload).entrySet()) {
      if (each.getValue() != null) {
        appended = appended.header(each.getKey(), text(each.getValue()));
      }
    }
    return appended;
  }

  private String text(Object value) {
    return value instanceof CharSequence text ? text.toString() : json.writeValueAsString(value);
  }

  private static String key(
      Object event, RoutingTarget target, BrokerRouting routing, Object payload) {
    String key = routing.getKey(payload);
    if (key == null || key.isBlank()) {
      throw new IllegalStateException(
          "the key '%s' of %s has no value: order is kept per key, so name one that each event has, or none at all where order does not matter"
              .formatted(target.getKey(), event.getClass().getName()));
    }
    return key;
  }

  /** Its headers are partly Spring's own; to leave them out would be to lose the others. */
  private static void requireNoMessage(Object event, Object payload) {
    if (MESSAGE != null && MESSAGE.isInstance(payload)) {
      throw new IllegalStateException(
          "%s is mapped to a Message, which the outbox cannot carry: map it to the payload alone, and name its headers with the configuration's headers(...)"
              .formatted(event.getClass().getName()));
    }
  }

  private static @Nullable Class<?> messageClass() {
    String name = "org.springframework.messaging.Message";
    ClassLoader loader = ExternalizedEvents.class.getClassLoader();
    return ClassUtils.isPresent(name, loader) ? ClassUtils.resolveClassName(name, loader) : null;
  }

  /** On the publisher's thread, whatever the multicaster does with others. */
  @Override
  public boolean supportsAsyncExecution() {
    return false;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
