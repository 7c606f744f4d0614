package dev.outrail.testbed.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Administration of a broker, the same for every provider. */
record KafkaAccess(String host, int port) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofSeconds(3);

  String bootstrapServers() {
    return host + ":" + port;
  }

  /** Whether the broker is there and open for clients now; never waits long. */
  boolean answers() {
    Admin admin = admin();
    try {
      return !admin
          .describeCluster()
          .nodes()
          .get(PROBE.toMillis(), TimeUnit.MILLISECONDS)
          .isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
  }

  void createTopic(String name, int partitions, Map<String, String> config) {
    try (Admin admin = admin()) {
      var topic =
          new NewTopic(name, Optional.of(partitions), Optional.<Short>empty()).configs(config);
      try {
        get(admin.createTopics(Set.of(topic)).all());
      } catch (TopicExistsException e) {
        return;
      }
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isUsable(admin, name, partitions)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Topic %s has no leader after %s".formatted(name, PATIENCE));
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
      awaitLeadership(admin, name, partitions);
    }
  }

  /**
   * A broker is named as leader before it knows that it is. Until then it refuses a producer's
   * first batch and may take the next one, and an idempotent producer does not get over that.
   * Offsets are told by one that knows; the client asks until it does.
   */
  private static void awaitLeadership(Admin admin, String topic, int partitions) {
    get(
        admin
            .listOffsets(
                IntStream.range(0, partitions)
                    .mapToObj(number -> new TopicPartition(topic, number))
                    .collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())))
            .all());
  }

  Set<String> topics() {
    try (Admin admin = admin()) {
      return get(admin.listTopics().names());
    }
  }

  private static boolean isUsable(Admin admin, String topic, int partitions) {
    try {
      var found = get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic);
      return found != null
          && found.partitions().size() == partitions
          && found.partitions().stream().allMatch(partition -> partition.leader() != null);
    } catch (UnknownTopicOrPartitionException e) {
      return false; // created, but the broker hasn't heard of it yet
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("The broker did not answer within " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the broker", e);
    }
  }
}
