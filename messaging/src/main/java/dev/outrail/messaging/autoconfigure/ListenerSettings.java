package dev.outrail.messaging.autoconfigure;

import java.lang.reflect.Method;
import java.util.Objects;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.kafka.autoconfigure.ConcurrentKafkaListenerContainerFactoryConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Gives a factory the application's {@code spring.kafka.listener.*}. Spring Boot's class for that
 * has another package in 3 than in 4.
 */
@FunctionalInterface
interface ListenerSettings {

  void configure(
      ConcurrentKafkaListenerContainerFactory<Object, Object> factory,
      ConsumerFactory<Object, Object> consumers);

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ConcurrentKafkaListenerContainerFactoryConfigurer.class)
  class Boot4 {

    @Bean
    @ConditionalOnBean(ConcurrentKafkaListenerContainerFactoryConfigurer.class)
    ListenerSettings outrailListenerSettings(
        ConcurrentKafkaListenerContainerFactoryConfigurer configurer) {
      return configurer::configure;
    }
  }

  /** By reflection: both cannot be compiled against. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = Boot3.CONFIGURER)
  class Boot3 {

    static final String CONFIGURER =
        "org.springframework.boot.autoconfigure.kafka.ConcurrentKafkaListenerContainerFactoryConfigurer";

    @Bean
    @ConditionalOnBean(type = CONFIGURER)
    ListenerSettings outrailListenerSettings(ConfigurableListableBeanFactory beans) {
      Class<?> type = ClassUtils.resolveClassName(CONFIGURER, beans.getBeanClassLoader());
      Object configurer = beans.getBean(type);
      Method configure =
          Objects.requireNonNull(
              ReflectionUtils.findMethod(
                  type,
                  "configure",
                  ConcurrentKafkaListenerContainerFactory.class,
                  ConsumerFactory.class));
      return (factory, consumers) ->
          ReflectionUtils.invokeMethod(configure, configurer, factory, consumers);
    }
  }
}
