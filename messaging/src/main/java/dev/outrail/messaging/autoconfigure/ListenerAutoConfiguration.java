package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.kafka.DeadLetterListener;
import dev.outrail.messaging.kafka.DeadLetterTopics;
import dev.outrail.messaging.kafka.DeadLetters;
import dev.outrail.messaging.kafka.ListenerErrors;
import dev.outrail.messaging.kafka.PatientListenerStart;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * What listeners of outbox events need: dead letter topics for messages that can never be applied,
 * retries for all others, and a start that does not depend on a broker.
 */
@AutoConfiguration(
    afterName = "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration")
@ConditionalOnClass({KafkaTemplate.class, CommonErrorHandler.class})
public class ListenerAutoConfiguration {

  @Bean
  @ConditionalOnBean(ProducerFactory.class)
  DeadLetterSender outrailDeadLetterSender(ProducerFactory<?, ?> producers) {
    return new DeadLetterSender(producers);
  }

  @Bean
  @ConditionalOnMissingBean(CommonErrorHandler.class)
  @ConditionalOnBean(DeadLetterSender.class)
  CommonErrorHandler outrailListenerErrorHandler(
      DeadLetterSender deadLetters,
      @Value("${outrail.messaging.tries:" + ListenerErrors.DEFAULT_TRIES + "}") int tries,
      ObjectProvider<DeadLetterListener> listeners) {
    if (tries < 1) {
      throw new IllegalArgumentException("outrail.messaging.tries must be 1 or more, not " + tries);
    }
    return ListenerErrors.handler(
        deadLetters.operations(),
        tries,
        (message, cause) ->
            listeners.orderedStream().forEach(listener -> listener.parked(message, cause)));
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean({DeadLetterSender.class, ConsumerFactory.class})
  DeadLetters outrailDeadLetters(
      ObjectProvider<KafkaListenerEndpointRegistry> registry,
      ConsumerFactory<?, ?> consumers,
      DeadLetterSender deadLetters) {
    return new DeadLetters(
        () -> registry.getObject().getListenerContainers(), consumers, deadLetters.operations());
  }

  /** Counts dead letters, where the application has a meter registry. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  static class Counting {

    /** Counter {@value #DEAD_LETTERS}, by topic. */
    static final String DEAD_LETTERS = "outrail.dead.letters";

    @Bean
    DeadLetterListener outrailDeadLetterCounter(ObjectProvider<MeterRegistry> meters) {
      return (message, cause) ->
          meters.ifAvailable(
              registry -> registry.counter(DEAD_LETTERS, "topic", message.topic()).increment());
    }
  }

  /** Switched off by {@code outrail.messaging.create-dead-letter-topics=false}. */
  @Bean
  @ConditionalOnMissingBean(ConsumerAwareRebalanceListener.class)
  @ConditionalOnBean(KafkaAdmin.class)
  @ConditionalOnBooleanProperty(
      name = "outrail.messaging.create-dead-letter-topics",
      matchIfMissing = true)
  DeadLetterTopics outrailDeadLetterTopics(KafkaAdmin admin) {
    return new DeadLetterTopics(admin.getConfigurationProperties());
  }

  /** Takes over where listeners are told not to start by themselves. */
  @Bean
  @ConditionalOnBooleanProperty(name = "spring.kafka.listener.auto-startup", havingValue = false)
  PatientListenerStart outrailListenerStart(KafkaListenerEndpointRegistry registry) {
    return new PatientListenerStart(registry);
  }
}
