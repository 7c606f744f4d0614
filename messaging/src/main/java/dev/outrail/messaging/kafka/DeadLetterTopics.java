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
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Creates {@code <topic>-dlt} for each topic that a listener is given partitions of: later than the
 * application's start, which must not wait for a broker, and before the first message is read.
 * Partitions and replicas follow the broker's defaults; create the topic beforehand to have others.
 *
 * <p>If it cannot be created, nothing is lost: a message that belongs there is tried again and
 * again, and the creation at the next rebalance.
 */
public final class DeadLetterTopics implements ConsumerAwareRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterTopics.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Object> adminSettings;

  /**
   * @param adminSettings how to reach the broker, as Kafka's admin client takes it
   */
  public DeadLetterTopics(Map<String, Object> adminSettings) {
    this.adminSettings = Map.copyOf(adminSettings);
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    Set<String> names =
        partitions.stream()
            .map(partition -> partition.topic() + ListenerErrors.DEAD_LETTER_SUFFIX)
            .collect(Collectors.toSet());
    if (names.isEmpty()) {
      return;
    }
    try {
      create(names);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      log.warn(
          "Cannot create the dead letter topics {}: {}. It is tried again at the next rebalance.",
          names,
          String.valueOf(e.getMessage()));
    }
  }

  /** The client is closed without waiting for what it has not been answered. */
  private void create(Set<String> names)
      throws InterruptedException, ExecutionException, TimeoutException {
    Admin admin = Admin.create(adminSettings);
    try {
      for (String name : names) {
        create(admin, name);
      }
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static void create(Admin admin, String name)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      admin
          .createTopics(List.of(new NewTopic(name, Optional.empty(), Optional.empty())))
          .all()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      log.info("Created the dead letter topic {}", name);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }
}
