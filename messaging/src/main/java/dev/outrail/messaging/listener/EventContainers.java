package dev.outrail.messaging.listener;

import dev.outrail.messaging.deadletter.DeadLetterListener;
import dev.outrail.messaging.deadletter.DeadLetterStore;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.listener.ListenerMethods.Found;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/** Makes what reads topics and calls the methods with {@link OutrailListener}. */
public final class EventContainers {

  /** A poll is applied in that time, also by a database that is slow. */
  private static final long SHORTEST_POLL_INTERVAL_MILLIS = 60_000;

  private static final long PAUSE_MILLIS = 1_000;
  private static final List<String> ISOLATIONS = List.of("read_committed", "read_uncommitted");

  private final ConcurrentKafkaListenerContainerFactory<String, byte[]> factory;
  private final JdbcInbox inbox;
  private final DeadLetterStore letters;
  private final List<DeadLetterListener> parked;
  private final OldDeadLetters oldDeadLetters;
  private final UnaryOperator<String> placeholders;
  private final @Nullable ApplicationEventPublisher events;

  /**
   * @param factory not shared with other listeners: it is set up here
   * @param placeholders resolves them
   * @param events gets what Spring Kafka tells of its containers
   * @throws IllegalStateException if a setting of the factory's consumers would lose events
   */
  public EventContainers(
      ConcurrentKafkaListenerContainerFactory<String, byte[]> factory,
      JdbcInbox inbox,
      DeadLetterStore letters,
      List<DeadLetterListener> parked,
      UnaryOperator<String> placeholders,
      @Nullable ApplicationEventPublisher events) {
    this.factory = factory;
    this.inbox = inbox;
    this.letters = letters;
    this.parked = parked;
    this.placeholders = placeholders;
    this.events = events;
    ConsumerFactory<?, ?> consumers = Objects.requireNonNull(factory.getConsumerFactory());
    requireLongPollInterval(consumers);
    this.oldDeadLetters = new OldDeadLetters(consumers, inbox, letters);
    factory.setBatchListener(true);
    factory.getContainerProperties().setAckMode(AckMode.MANUAL_IMMEDIATE);
    factory.getContainerProperties().setAsyncAcks(false);
    factory.getContainerProperties().setKafkaAwareTransactionManager(null);
    // Only for what fails outside of applying, an acknowledgement say: all failures of events are
    // dealt with before.
    factory.setCommonErrorHandler(
        new DefaultErrorHandler(new FixedBackOff(PAUSE_MILLIS, FixedBackOff.UNLIMITED_ATTEMPTS)));
  }

  /** What a consumer of outbox events needs, whatever other listeners have. */
  public static Map<String, Object> consumerSettings(Map<String, Object> applications) {
    Map<String, Object> settings = new HashMap<>(applications);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  private static void requireLongPollInterval(ConsumerFactory<?, ?> consumers) {
    Object interval =
        consumers.getConfigurationProperties().get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    if (interval != null && Long.parseLong(interval.toString()) < SHORTEST_POLL_INTERVAL_MILLIS) {
      throw new IllegalStateException(
          "%s is %s, it must be %d or more for listeners of events: a poll is applied in that time, also by a slow database"
              .formatted(
                  ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                  interval,
                  SHORTEST_POLL_INTERVAL_MILLIS));
    }
  }

  String resolve(String text) {
    return placeholders.apply(text);
  }

  EventConsumer consumer(String consumer, List<Found> found) {
    EventHandlers handlers = new EventHandlers();
    try {
      JdbcInbox.requireConsumer(consumer);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "@OutrailListener method %s: %s".formatted(found.get(0).method(), e.getMessage()), e);
    }
    for (Found each : found) {
      if (each.listener().types().length == 0 || each.listener().topics().length == 0) {
        throw new IllegalStateException(
            "@OutrailListener method %s must name a type and a topic".formatted(each.method()));
      }
      for (String type : each.listener().types()) {
        handlers.add(resolve(type), each.method());
      }
    }
    OnFailure onFailure = same("onFailure", found, OutrailListener::onFailure);
    return new EventConsumer(consumer, handlers, onFailure, inbox, letters, parked);
  }

  EventContainer container(
      String consumer,
      Set<String> topics,
      List<Found> found,
      EventConsumer applies,
      ScheduledExecutorService timer,
      ScheduledExecutorService starting) {
    ConcurrentMessageListenerContainer<String, byte[]> container =
        factory.createContainer(topics.toArray(String[]::new));
    String group = same("group", found, listener -> resolve(listener.group()));
    String concurrency = same("concurrency", found, listener -> resolve(listener.concurrency()));
    String id = consumer + "-" + String.join("-", topics);
    container.setBeanName(id);
    // Those of the application are for its own listeners; one may leave records out.
    container.setRecordInterceptor(null);
    container.setBatchInterceptor(null);
    container.getContainerProperties().setGroupId(group.isEmpty() ? consumer : group);
    container.getContainerProperties().setClientId(id);
    Properties own = new Properties();
    own.setProperty(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, same("isolation", found, this::isolation));
    container.getContainerProperties().setKafkaConsumerProperties(own);
    if (!concurrency.isEmpty()) {
      container.setConcurrency(Integer.parseInt(concurrency));
    }
    return new EventContainer(
        container,
        applies,
        same("retry", found, this::policy),
        timer,
        starting,
        oldDeadLetters,
        events);
  }

  private String isolation(OutrailListener listener) {
    String isolation = resolve(listener.isolation());
    if (!ISOLATIONS.contains(isolation)) {
      throw new IllegalArgumentException(
          "'%s', of %s, must be one of %s".formatted(isolation, listener.isolation(), ISOLATIONS));
    }
    return isolation;
  }

  private RetryPolicy policy(OutrailListener listener) {
    Retry retry = listener.retry();
    try {
      return new RetryPolicy(
          Integer.parseInt(resolve(retry.tries())),
          DurationStyle.detectAndParse(resolve(retry.first())),
          DurationStyle.detectAndParse(resolve(retry.longest())));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s, of %s".formatted(e.getMessage(), retry), e);
    }
  }

  /** They share one Kafka consumer. */
  private static <T> T same(
      String attribute, List<Found> found, Function<OutrailListener, T> value) {
    Set<T> values = new LinkedHashSet<>();
    for (Found each : found) {
      try {
        values.add(value.apply(each.listener()));
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "@OutrailListener method %s has a wrong '%s': %s"
                .formatted(each.method(), attribute, e.getMessage()),
            e);
      }
    }
    if (values.size() > 1) {
      throw new IllegalStateException(
          "@OutrailListener methods of the same consumer and topics must have the same '%s', not %s: %s"
              .formatted(attribute, values, found.stream().map(Found::method).toList()));
    }
    return values.iterator().next();
  }
}
