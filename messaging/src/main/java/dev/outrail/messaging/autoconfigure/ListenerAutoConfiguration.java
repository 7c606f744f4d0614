package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.kafka.DeadLetterTopics;
import dev.outrail.messaging.kafka.ListenerErrors;
import dev.outrail.messaging.kafka.PatientListenerStart;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
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
  @ConditionalOnMissingBean(CommonErrorHandler.class)
  @ConditionalOnBean(KafkaOperations.class)
  CommonErrorHandler outrailListenerErrorHandler(KafkaOperations<?, ?> deadLetters) {
    return ListenerErrors.handler(deadLetters);
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
