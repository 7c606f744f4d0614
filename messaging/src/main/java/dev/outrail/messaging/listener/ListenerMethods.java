package dev.outrail.messaging.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds the methods with {@link OutrailListener} among an application's beans. */
public final class ListenerMethods implements BeanPostProcessor {

  private final List<Found> found = new ArrayList<>();
  private boolean closed;

  record Found(OutrailListener listener, ListenerMethod method) {}

  /**
   * All of the beans that have been made; later ones are refused, for nothing would read for them.
   */
  synchronized List<Found> close() {
    closed = true;
    return found();
  }

  public synchronized boolean isEmpty() {
    return found.isEmpty();
  }

  /** The methods. */
  @Override
  public synchronized String toString() {
    return found.stream().map(each -> each.method().toString()).toList().toString();
  }

  /** All of the beans that have been made. */
  synchronized List<Found> found() {
    return List.copyOf(found);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    Class<?> type = AopUtils.getTargetClass(bean);
    if (!AnnotationUtils.isCandidateClass(type, OutrailListener.class)) {
      return bean;
    }
    Map<Method, OutrailListener> methods =
        MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<OutrailListener>)
                method ->
                    AnnotatedElementUtils.findMergedAnnotation(method, OutrailListener.class));
    methods.forEach((method, listener) -> add(bean, type, method, listener));
    return bean;
  }

  private synchronized void add(
      Object bean, Class<?> type, Method method, OutrailListener listener) {
    if (closed) {
      throw new IllegalStateException(
          "@OutrailListener method %s.%s is on a bean that is made after the application has started; a lazy, scoped or prototype bean cannot listen"
              .formatted(type.getName(), method.getName()));
    }
    found.add(
        new Found(
            listener,
            new ListenerMethod(
                bean, method, AopUtils.selectInvocableMethod(method, bean.getClass()), type)));
  }
}
