package dev.outrail.messaging.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.listener.EventListeners;
import dev.outrail.messaging.listener.OutrailListener;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.test.util.ReflectionTestUtils;

/** An application with listeners of its own beside those of outbox events; no server is needed. */
class ForeignListenersTest {

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  DataSourceAutoConfiguration.class,
                  DataSourceTransactionManagerAutoConfiguration.class,
                  KafkaAutoConfiguration.class,
                  MessagingAutoConfiguration.class,
                  ListenerMethodsAutoConfiguration.class,
                  ListenerAutoConfiguration.class))
          .withPropertyValues(
              "spring.datasource.url=jdbc:mysql://localhost:1/unused",
              "spring.kafka.bootstrap-servers=127.0.0.1:1",
              "spring.kafka.consumer.group-id=group",
              "outrail.messaging.auto-startup=false");

  static class Foreign {
    @KafkaListener(id = "foreign", topics = "theirs", autoStartup = "false")
    void receive(String text) {}
  }

  static class Ours {
    @OutrailListener(consumer = "us", topics = "${topic:events}", types = "happened.v1")
    void receive(List<Map<String, Object>> events) {}
  }

  @Test
  void theJarChangesNothingOfForeignListeners() {
    application
        .withBean(Foreign.class)
        .withBean(Ours.class)
        .withPropertyValues("spring.kafka.producer.transaction-id-prefix=tx-", "topic=paid")
        .run(
            context -> {
              AbstractMessageListenerContainer<?, ?> foreign = container(context, "foreign");
              assertThat(context).doesNotHaveBean(CommonErrorHandler.class);
              assertThat(foreign.getCommonErrorHandler()).isNull();
              assertThat(foreign.getContainerProperties().getAckMode()).isEqualTo(AckMode.BATCH);
              assertThat(foreign.getContainerProperties().getConsumerRebalanceListener()).isNull();
              assertThat(foreign.getContainerProperties().getKafkaAwareTransactionManager())
                  .isNotNull();
              assertThat(
                      context
                          .getBean(ConsumerFactory.class)
                          .getConfigurationProperties()
                          .get(ConsumerConfig.ISOLATION_LEVEL_CONFIG))
                  .isEqualTo("read_uncommitted");

              AbstractMessageListenerContainer<?, ?> ours = ours(context);
              assertThat(ours.getContainerProperties().getTopics()).containsExactly("paid");
              assertThat(ours.getGroupId()).as("the consumer's name").isEqualTo("us");
              assertThat(ours.getContainerProperties().getAckMode())
                  .isEqualTo(AckMode.MANUAL_IMMEDIATE);
              assertThat(ours.getContainerProperties().getKafkaAwareTransactionManager()).isNull();
            });
  }

  @Test
  void whatTheApplicationHasForItsListenersIsNotForOurs() {
    CommonErrorHandler own = new CommonErrorHandler() {};
    ConsumerAwareRebalanceListener rebalances = new ConsumerAwareRebalanceListener() {};
    RecordInterceptor<Object, Object> leavesOut = (record, consumer) -> null;
    application
        .withBean(CommonErrorHandler.class, () -> own)
        .withBean(ConsumerAwareRebalanceListener.class, () -> rebalances)
        .withBean(RecordInterceptor.class, () -> leavesOut)
        .withBean(Foreign.class)
        .withBean(Ours.class)
        .run(
            context -> {
              AbstractMessageListenerContainer<?, ?> foreign = container(context, "foreign");
              assertThat(foreign.getCommonErrorHandler()).isSameAs(own);
              assertThat(foreign.getContainerProperties().getConsumerRebalanceListener())
                  .isSameAs(rebalances);
              assertThat(interceptor(foreign)).isSameAs(leavesOut);

              AbstractMessageListenerContainer<?, ?> ours = ours(context);
              assertThat(ours.getCommonErrorHandler()).isNotSameAs(own);
              assertThat(ours.getContainerProperties().getConsumerRebalanceListener())
                  .isNotSameAs(rebalances);
              assertThat(interceptor(ours)).isNull();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "isolation-level=read_uncommitted, isolation.level, read_committed",
    "enable-auto-commit=true, enable.auto.commit, false",
    "value-deserializer=org.apache.kafka.common.serialization.StringDeserializer, value.deserializer, class org.apache.kafka.common.serialization.ByteArrayDeserializer",
    "auto-offset-reset=latest, auto.offset.reset, latest",
    ", auto.offset.reset, earliest",
  })
  void aListenerOfEventsHasWhatItNeedsWhateverOthersHave(
      String setting, String name, String expected) {
    application
        .withBean(Ours.class)
        .withPropertyValues(setting == null ? "unused=" : "spring.kafka.consumer." + setting)
        .run(
            context ->
                assertThat(
                        String.valueOf(
                            ((ConsumerFactory<?, ?>)
                                    ReflectionTestUtils.getField(ours(context), "consumerFactory"))
                                .getConfigurationProperties()
                                .get(name)))
                    .isEqualTo(expected));
  }

  static class TwoOfOneType {
    @OutrailListener(consumer = "us", topics = "events", types = "happened.v1")
    void one(Map<String, Object> event) {}

    @OutrailListener(consumer = "us", topics = "events", types = "happened.v1")
    void other(Map<String, Object> event) {}
  }

  static class OverlappingTopics {
    @OutrailListener(consumer = "us", topics = "events", types = "happened.v1")
    void one(Map<String, Object> event) {}

    @OutrailListener(
        consumer = "us",
        topics = {"events", "more"},
        types = "other.v1")
    void other(Map<String, Object> event) {}
  }

  static class NoPayload {
    @OutrailListener(consumer = "us", topics = "events", types = "happened.v1")
    void receive(List<?> events) {}
  }

  static class TwoParameters {
    @OutrailListener(consumer = "us", topics = "events", types = "happened.v1")
    void receive(Map<String, Object> event, ConsumerRecord<?, ?> record) {}
  }

  static class NoTries {
    @OutrailListener(
        consumer = "us",
        topics = "events",
        types = "happened.v1",
        retry = @dev.outrail.messaging.listener.Retry(tries = "0"))
    void receive(Map<String, Object> event) {}
  }

  static class LongName {
    @OutrailListener(
        consumer = "a-name-that-is-longer-than-the-sixty-four-characters-that-there-is-room-for",
        topics = "events",
        types = "happened.v1")
    void receive(Map<String, Object> event) {}
  }

  static class NoList {
    @OutrailListener(consumer = "us", topics = "events", types = "happened.v1")
    void receive(Collection<Map<String, Object>> events) {}
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(LongName.class, "must be 1 to 64 ASCII characters"),
        Arguments.of(NoList.class, "it must take a List"),
        Arguments.of(TwoOfOneType.class, "take events of type 'happened.v1'"),
        Arguments.of(OverlappingTopics.class, "must name the same topics"),
        Arguments.of(NoPayload.class, "must say which class"),
        Arguments.of(TwoParameters.class, "must have one parameter, it has 2"),
        Arguments.of(NoTries.class, "tries must be 1 or more, not 0"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aListenerThatIsDeclaredWronglyStopsTheStart(Class<?> bean, String expected) {
    application
        .withBean(bean)
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining(expected));
  }

  @Test
  void aListenerForWhichNothingReadsStopsTheStart() {
    application
        .withBean(Ours.class)
        .withBean(Inbox.class, () -> mock(Inbox.class))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("has @OutrailListener, and nothing reads for it"));
  }

  @Test
  void aListenerOnABeanThatIsMadeLateIsRefused() {
    application
        .withBean(Ours.class, Ours::new, definition -> definition.setLazyInit(true))
        .run(
            context ->
                assertThatThrownBy(() -> context.getBean(Ours.class))
                    .hasStackTraceContaining("made after the application has started"));
  }

  @Test
  void aPollIntervalThatIsTooShortStopsTheStart() {
    application
        .withBean(Ours.class)
        .withPropertyValues("spring.kafka.consumer.max-poll-interval=1s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("max.poll.interval.ms is 1000"));
  }

  private static AbstractMessageListenerContainer<?, ?> ours(ApplicationContext context) {
    return (AbstractMessageListenerContainer<?, ?>)
        context.getBean(EventListeners.class).containers().get(0);
  }

  private static Object interceptor(AbstractMessageListenerContainer<?, ?> container) {
    return ReflectionTestUtils.invokeMethod(container, "getRecordInterceptor");
  }

  private static AbstractMessageListenerContainer<?, ?> container(
      ApplicationContext context, String id) {
    return (AbstractMessageListenerContainer<?, ?>)
        context.getBean(KafkaListenerEndpointRegistry.class).getListenerContainer(id);
  }
}
