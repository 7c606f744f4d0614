package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.messaging.listener.ListenerMethods;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Finds methods with {@code @OutrailListener}, whatever else the application has, and does not let
 * it start where nothing would read for them.
 */
@AutoConfiguration
@ConditionalOnClass(KafkaTemplate.class)
public class ListenerMethodsAutoConfiguration {

  @Bean
  static ListenerMethods outrailListenerMethods() {
    return new ListenerMethods();
  }

  @Bean
  SmartInitializingSingleton outrailListenerMethodsAreRead(
      ListenerMethods methods, ObjectProvider<EventListeners> listeners) {
    return () -> {
      if (!methods.isEmpty() && listeners.getIfAvailable() == null) {
        throw new IllegalStateException(
            "%s has @OutrailListener, and nothing reads for it: that takes Spring Boot's Kafka, one DataSource (or a @Primary one), and as Inbox the JdbcInbox of the auto-configuration, or one of your own"
                .formatted(methods));
      }
    };
  }
}
