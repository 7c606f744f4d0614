package dev.outrail.messaging.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Creates {@code <topic>-dlt} for each topic that a listener is given partitions of: later than the
 * application's start, which must not wait for a broker, and before the first message is read.
 * Partitions and replicas follow the broker's defaults; messages may be as large as in the topic
 * itself, and a little larger, for what is said about them. Create the topic beforehand to have it
 * otherwise.
 *
 * <p>If it cannot be created, nothing is lost: a message that belongs there is tried again and
 * again, and the creation at the next rebalance.
 */
public final class DeadLetterTopics implements ConsumerAwareRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterTopics.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What the headers of a dead letter take at most, generously. */
  private static final int HEADERS = 64 * 1024;

  private final Map<String, Object> adminSettings;

  /**
   * @param adminSettings how to reach the broker, as Kafka's admin client takes it
   */
  public DeadLetterTopics(Map<String, Object> adminSettings) {
    this.adminSettings = Map.copyOf(adminSettings);
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    if (topics.isEmpty()) {
      return;
    }
    try {
      create(topics);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      log.warn(
          "Cannot create the dead letter topics of {}: {}. It is tried again at the next rebalance.",
          topics,
          String.valueOf(e.getMessage()));
    }
  }

  /** The client is closed without waiting for what it has not been answered. */
  private void create(Set<String> topics)
      throws InterruptedException, ExecutionException, TimeoutException {
    Admin admin = Admin.create(adminSettings);
    try {
      for (String topic : topics) {
        create(admin, topic);
      }
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static void create(Admin admin, String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    String name = topic + ListenerErrors.DEAD_LETTER_SUFFIX;
    try {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name, Optional.empty(), Optional.empty())
                      .configs(roomFor(admin, topic))))
          .all()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      log.info("Created the dead letter topic {}", name);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /** Whoever may not ask for the topic's settings gets those of the broker. */
  private static Map<String, String> roomFor(Admin admin, String topic)
      throws InterruptedException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config settings =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .get(resource);
      ConfigEntry largest =
          settings == null ? null : settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
      if (largest == null) {
        return Map.of();
      }
      long room = Math.min(Integer.MAX_VALUE, Long.parseLong(largest.value()) + HEADERS);
      return Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(room));
    } catch (ExecutionException e) {
      log.warn(
          "The settings of topic {} cannot be read ({}); its dead letter topic gets the broker's",
          topic,
          String.valueOf(e.getMessage()));
      return Map.of();
    }
  }
}
