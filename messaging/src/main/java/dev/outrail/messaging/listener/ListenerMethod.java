package dev.outrail.messaging.listener;

import dev.outrail.messaging.kafka.EventJson;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.outbox.Causation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** A method with {@link OutrailListener}, and how it takes its events. */
final class ListenerMethod {

  private final Object bean;
  private final Method method;
  private final boolean takesList;
  private final boolean takesReceived;
  private final Type payload;

  /**
   * @param bean as others see it, its proxy say
   * @param declared as the bean's class has it
   * @param invocable the same, to be called on the bean
   * @throws IllegalStateException if its parameter is none that it may have
   */
  ListenerMethod(Object bean, Method declared, Method invocable, Class<?> beanClass) {
    if (declared.getParameterCount() != 1) {
      throw new IllegalStateException(
          "@OutrailListener method %s must have one parameter, it has %d"
              .formatted(describe(declared), declared.getParameterCount()));
    }
    this.bean = bean;
    this.method = invocable;
    ReflectionUtils.makeAccessible(invocable);
    ResolvableType parameter = ResolvableType.forMethodParameter(declared, 0, beanClass);
    this.takesList = parameter.resolve() == List.class;
    ResolvableType one = takesList ? parameter.getGeneric(0) : parameter;
    this.takesReceived = one.resolve() == ReceivedEvent.class;
    Class<?> type = (takesReceived ? one.getGeneric(0) : one).resolve();
    if (type == null || type == Object.class) {
      throw new IllegalStateException(
          "@OutrailListener method %s must say which class its payload is read into, such as List<ReceivedEvent<OrderPaid>>, not %s"
              .formatted(describe(declared), parameter));
    }
    if (Iterable.class.isAssignableFrom(type) && type != List.class || type.isArray()) {
      throw new IllegalStateException(
          "@OutrailListener method %s takes %s: for several events at once it must take a List"
              .formatted(describe(declared), parameter));
    }
    this.payload = (takesReceived ? one.getGeneric(0) : one).getType();
  }

  private static String describe(Method method) {
    return ClassUtils.getQualifiedMethodName(method);
  }

  /**
   * Reads what the method takes.
   *
   * @throws dev.outrail.messaging.kafka.PermanentMessageException if that cannot be; other
   *     exceptions come from the payload's own class, its errors included
   */
  ReceivedEvent<?> read(InboundEvent event) {
    try {
      return new ReceivedEvent<>(
          event, payload == InboundEvent.class ? event : EventJson.read(event, payload));
    } catch (Error e) {
      throw new ListenerMethodException("reading for " + describe(method), e);
    }
  }

  /**
   * Calls it; for each event alone, that is the cause of what it appends. Whatever it throws comes
   * as a {@link RuntimeException}, errors included.
   */
  void call(List<ReceivedEvent<?>> events) {
    List<?> arguments =
        takesReceived ? events : events.stream().map(ReceivedEvent::payload).toList();
    if (takesList) {
      invoke(arguments);
    } else {
      for (int i = 0; i < arguments.size(); i++) {
        Object argument = arguments.get(i);
        Causation.during(events.get(i).id(), () -> invoke(argument));
      }
    }
  }

  private void invoke(Object argument) {
    try {
      method.invoke(bean, argument);
    } catch (InvocationTargetException e) {
      if (e.getTargetException() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new ListenerMethodException(describe(method), e.getTargetException());
    } catch (IllegalAccessException e) {
      throw new ListenerMethodException(describe(method), e);
    }
  }

  @Override
  public String toString() {
    return describe(method);
  }

  /**
   * A checked exception, or an error: of the latter, none must end the thread that reads, for
   * nothing would be applied from then on.
   */
  private static final class ListenerMethodException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ListenerMethodException(String method, Throwable cause) {
      super(method + " failed: " + cause, cause);
    }
  }
}
