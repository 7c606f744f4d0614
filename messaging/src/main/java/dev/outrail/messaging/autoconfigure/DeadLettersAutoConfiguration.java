package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.inbox.InboxMarks;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** An operator's way to the inbox and its dead letters, where the application has an actuator. */
@AutoConfiguration(after = ListenerAutoConfiguration.class)
@ConditionalOnClass(WebEndpoint.class)
public class DeadLettersAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean(DeadLetters.class)
  DeadLettersEndpoint outrailDeadLettersEndpoint(ObjectProvider<DeadLetters> deadLetters) {
    return new DeadLettersEndpoint(deadLetters::getObject);
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnBean(DeadLetters.class)
  InboxEndpoint outrailInboxEndpoint(
      DataSource dataSource, ObjectProvider<DeadLetters> deadLetters) {
    return new InboxEndpoint(new InboxMarks(dataSource), deadLetters::getObject);
  }
}
