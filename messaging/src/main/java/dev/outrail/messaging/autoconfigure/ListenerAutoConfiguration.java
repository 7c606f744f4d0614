package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.deadletter.DeadLetterListener;
import dev.outrail.messaging.deadletter.DeadLetterStore;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.listener.DeadLetterMirror;
import dev.outrail.messaging.listener.EventContainers;
import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.messaging.listener.ListenerMethods;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/**
 * What methods with {@code @OutrailListener} need: containers of their own, with Spring Boot's
 * settings of Kafka's consumers and listeners but for what events need, and dead letters. Other
 * listeners, their factories and error handlers are left alone.
 */
@AutoConfiguration(
    after = {MessagingAutoConfiguration.class, ListenerMethodsAutoConfiguration.class},
    afterName = {
      "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
      "org.springframework.boot.autoconfigure.kafka.KafkaAutoConfiguration" // Spring Boot 3
    })
@ConditionalOnClass(KafkaTemplate.class)
@ConditionalOnBean({JdbcInbox.class, ConsumerFactory.class})
@Import({ListenerSettings.Boot4.class, ListenerSettings.Boot3.class})
public class ListenerAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  DeadLetterStore outrailDeadLetterStore(DataSource dataSource) {
    return new DeadLetterStore(dataSource);
  }

  /** An application without listeners is not asked for an inbox, which may lack its manager. */
  @Bean
  EventListeners outrailEventListeners(
      ListenerMethods methods,
      ObjectProvider<ListenerSettings> settings,
      ConsumerFactory<?, ?> consumers,
      ObjectProvider<JdbcInbox> inbox,
      DeadLetterStore letters,
      ObjectProvider<DeadLetterListener> told,
      ConfigurableBeanFactory beans,
      ApplicationContext context,
      @Value("${outrail.messaging.auto-startup:true}") boolean autoStartup) {
    Supplier<EventContainers> containers =
        () ->
            new EventContainers(
                factory(settings, consumers, context),
                inbox.getObject(),
                letters,
                told.orderedStream().toList(),
                text -> String.valueOf(beans.resolveEmbeddedValue(text)),
                context);
    return new EventListeners(methods, containers, autoStartup);
  }

  /** Not a bean: nobody else should get it where a factory is asked for by its type. */
  @SuppressWarnings("unchecked")
  private static ConcurrentKafkaListenerContainerFactory<String, byte[]> factory(
      ObjectProvider<ListenerSettings> settings,
      ConsumerFactory<?, ?> consumers,
      ApplicationContext context) {
    DefaultKafkaConsumerFactory<Object, Object> own =
        new DefaultKafkaConsumerFactory<>(
            EventContainers.consumerSettings(consumers.getConfigurationProperties()));
    if (consumers instanceof DefaultKafkaConsumerFactory<?, ?> applications) {
      // Metrics, say.
      DefaultKafkaConsumerFactory<Object, Object> hooks =
          (DefaultKafkaConsumerFactory<Object, Object>) applications;
      hooks.getListeners().forEach(own::addListener);
      hooks.getPostProcessors().forEach(own::addPostProcessor);
    }
    ConcurrentKafkaListenerContainerFactory<Object, Object> factory =
        new ConcurrentKafkaListenerContainerFactory<>();
    settings.ifAvailable(each -> each.configure(factory, own));
    factory.setConsumerFactory(own);
    factory.setApplicationContext(context);
    factory.setApplicationEventPublisher(context);
    return (ConcurrentKafkaListenerContainerFactory<String, byte[]>) (Object) factory;
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  DeadLetters outrailDeadLetters(
      DataSource dataSource, ListableBeanFactory beans, JdbcInbox inbox, EventListeners listeners) {
    return new DeadLetters(
        dataSource, OwnTransactionManager.of(dataSource, beans), inbox, listeners);
  }

  /** Copies of dead letters in topics. */
  @Bean
  @ConditionalOnBean(ProducerFactory.class)
  @ConditionalOnBooleanProperty("outrail.messaging.dead-letter-mirror")
  DeadLetterMirror outrailDeadLetterMirror(ProducerFactory<?, ?> producers) {
    return new DeadLetterMirror(producers);
  }

  /** Counts, where the application has a meter registry. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  static class Counting {

    /** Counter {@value #DEAD_LETTERS}, by consumer and topic. */
    static final String DEAD_LETTERS = "outrail.dead.letters";

    /** Gauge {@value #WAITING}: letters that wait to be applied or discarded. */
    static final String WAITING = "outrail.dead.letters.waiting";

    /** Counter {@value #FAILURES}: tries to apply an event that failed. */
    static final String FAILURES = "outrail.events.failures";

    /** Gauge {@value #STOPPED}: listeners that do not read though they should. */
    static final String STOPPED = "outrail.listeners.stopped";

    @Bean
    DeadLetterListener outrailDeadLetterCounter(ObjectProvider<MeterRegistry> meters) {
      return (consumer, event, cause) ->
          meters.ifAvailable(
              registry ->
                  registry
                      .counter(DEAD_LETTERS, "consumer", consumer, "topic", event.topic())
                      .increment());
    }

    @Bean
    DeadLetterGauges outrailDeadLetterGauges(
        ObjectProvider<MeterRegistry> meters,
        ObjectProvider<DeadLetters> letters,
        EventListeners listeners) {
      DeadLetterGauges gauges = new DeadLetterGauges(letters);
      meters.ifAvailable(
          registry -> {
            Gauge.builder(WAITING, gauges, DeadLetterGauges::waiting)
                .description("dead letters that wait to be applied or discarded")
                .register(registry);
            FunctionCounter.builder(FAILURES, listeners, EventListeners::failures)
                .description("tries to apply an event that failed, for whatever reason")
                .register(registry);
            Gauge.builder(STOPPED, listeners, EventListeners::stopped)
                .description("listeners of events that have ended and are started again")
                .register(registry);
          });
      return gauges;
    }
  }
}
