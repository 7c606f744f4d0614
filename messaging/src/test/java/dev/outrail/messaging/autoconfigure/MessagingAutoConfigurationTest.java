package dev.outrail.messaging.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.jdbc.OpenTransaction;
import dev.outrail.messaging.listener.DeadLetterMirror;
import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.messaging.outbox.Outbox;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.ConfigurableTransactionManager;

class MessagingAutoConfigurationTest {

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  JdbcTemplateAutoConfiguration.class,
                  JdbcClientAutoConfiguration.class,
                  KafkaAutoConfiguration.class,
                  MessagingAutoConfiguration.class,
                  TracingAutoConfiguration.class,
                  ListenerMethodsAutoConfiguration.class,
                  ListenerAutoConfiguration.class));

  private final ApplicationContextRunner withDatabase =
      application.withPropertyValues("spring.datasource.url=jdbc:mysql://localhost:1/unused");

  @Test
  void anApplicationWithADataSourceGetsOutboxInboxListenersAndDeadLetters() {
    withDatabase.run(
        context ->
            assertThat(context)
                .hasSingleBean(Outbox.class)
                .hasSingleBean(Inbox.class)
                .hasSingleBean(EventListeners.class)
                .hasSingleBean(DeadLetters.class)
                .doesNotHaveBean(DeadLetterMirror.class));
  }

  @Test
  void transactionManagersTellTheOutboxWhenATransactionEnds() {
    withDatabase.run(
        context ->
            assertThat(
                    context
                        .getBean(ConfigurableTransactionManager.class)
                        .getTransactionExecutionListeners())
                .hasAtLeastOneElementOfType(OpenTransaction.class));
  }

  @Test
  void beansOfTheApplicationTakePrecedence() {
    Outbox own = events -> java.util.List.of();

    withDatabase
        .withBean(Outbox.class, () -> own)
        .run(context -> assertThat(context).getBean(Outbox.class).isSameAs(own));
  }

  @Test
  void withoutADataSourceThereIsNothingAndTheApplicationStarts() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(MessagingAutoConfiguration.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(Outbox.class));
  }
}
