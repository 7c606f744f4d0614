package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.kafka.ListenerErrors;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;

/** Sends messages that can never be applied to a dead letter topic, and retries all others. */
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
}
