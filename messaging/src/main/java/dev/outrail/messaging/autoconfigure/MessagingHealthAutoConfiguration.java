package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.listener.EventListeners;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * What health pages say of listeners and dead letters. Neither is part of liveness or readiness
 * unless a group names it: a restart mends nothing, and requests need no listener.
 */
@AutoConfiguration(after = ListenerAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(EventListeners.class)
public class MessagingHealthAutoConfiguration {

  /** {@code outrailListeners}: down while one does not read though it should. */
  @Bean
  @ConditionalOnEnabledHealthIndicator("outrail-listeners")
  HealthIndicator outrailListenersHealthIndicator(EventListeners listeners) {
    return () -> {
      long stopped = listeners.stopped();
      return (stopped == 0 ? Health.up() : Health.down())
          .withDetail("listeners", listeners.containers().size())
          .withDetail("stopped", stopped)
          .build();
    };
  }

  /** {@code outrailDeadLetters}: up, with the number that waits of each consumer. */
  @Bean
  @ConditionalOnEnabledHealthIndicator("outrail-dead-letters")
  HealthIndicator outrailDeadLettersHealthIndicator(ObjectProvider<DeadLetters> letters) {
    return () -> Health.up().withDetail("waiting", letters.getObject().waiting()).build();
  }
}
