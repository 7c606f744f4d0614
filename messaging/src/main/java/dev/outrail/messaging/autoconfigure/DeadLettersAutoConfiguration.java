package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.deadletter.DeadLetters;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** An operator's way to the dead letters, where the application has an actuator. */
@AutoConfiguration(after = ListenerAutoConfiguration.class)
@ConditionalOnClass(WebEndpoint.class)
public class DeadLettersAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean(DeadLetters.class)
  DeadLettersEndpoint outrailDeadLettersEndpoint(ObjectProvider<DeadLetters> deadLetters) {
    return new DeadLettersEndpoint(deadLetters::getObject);
  }
}
