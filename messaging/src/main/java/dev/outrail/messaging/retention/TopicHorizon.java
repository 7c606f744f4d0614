package dev.outrail.messaging.retention;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * How far back a topic can deliver records again, and how far back the first record is that a
 * consumer group has not read yet. A topic that does not exist delivers nothing.
 */
public final class TopicHorizon implements ReplayHorizonSource {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String topic;
  private final String group;
  private final Map<String, Object> adminSettings;
  private final Supplier<? extends Consumer<?, ?>> consumers;
  private final InstantSource clock;

  /**
   * @param adminSettings how to reach the broker, as Kafka's admin client takes it
   * @param consumers makes consumers of the group that reset to the earliest record; each is closed
   *     after use, none subscribes or commits
   */
  public TopicHorizon(
      String topic,
      String group,
      Map<String, Object> adminSettings,
      Supplier<? extends Consumer<?, ?>> consumers,
      InstantSource clock) {
    this.topic = topic;
    this.group = group;
    this.adminSettings = Map.copyOf(adminSettings);
    this.consumers = consumers;
    this.clock = clock;
  }

  @Override
  public List<ReplayHorizon> read() throws HorizonUnknownException {
    try {
      return ask();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(e);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw unknown(e);
    }
  }

  /** The client is closed without waiting for what it has not been answered. */
  private List<ReplayHorizon> ask()
      throws InterruptedException, ExecutionException, TimeoutException, HorizonUnknownException {
    Admin admin = Admin.create(adminSettings);
    try {
      Config config = config(admin, topic);
      return config == null ? List.of() : List.of(kept(topic, config), lag());
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private HorizonUnknownException unknown(Exception cause) {
    return new HorizonUnknownException(
        "Kafka does not tell how long topic %s keeps its records: %s"
            .formatted(topic, String.valueOf(cause.getMessage())),
        cause);
  }

  private static @Nullable Config config(Admin admin, String name)
      throws InterruptedException, ExecutionException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try {
      return admin
          .describeConfigs(Set.of(resource))
          .all()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .get(resource);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw e;
    }
  }

  /**
   * A record is deleted with its segment, which goes when its youngest record is past retention,
   * and may be written to for {@code segment.ms}: so a record can stay for both times together.
   */
  private static ReplayHorizon kept(String name, Config config) {
    long retention = number(config, TopicConfig.RETENTION_MS_CONFIG);
    long segment = number(config, TopicConfig.SEGMENT_MS_CONFIG);
    boolean deletes = text(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains("delete");
    if (!deletes || retention < 0) {
      return ReplayHorizon.kept("topic %s keeps records for ever".formatted(name), null);
    }
    Duration reach = Duration.ofMillis(retention).plus(Duration.ofMillis(segment));
    return ReplayHorizon.kept(
        "topic %s keeps records for up to %s (retention.ms %d and segment.ms %d)"
            .formatted(name, reach, retention, segment),
        reach);
  }

  /** What was never applied needs no mark, but what is older than the purge would be refused. */
  private ReplayHorizon lag() throws HorizonUnknownException {
    try (Consumer<?, ?> consumer = consumers.get()) {
      Set<TopicPartition> partitions = partitions(consumer);
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, PATIENCE);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, PATIENCE);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
      Map<TopicPartition, Long> behind = new HashMap<>();
      partitions.forEach(
          partition -> {
            OffsetAndMetadata offset = committed.get(partition);
            long start = starts.getOrDefault(partition, 0L);
            long next = offset == null ? start : Math.max(start, offset.offset());
            if (next < ends.getOrDefault(partition, 0L)) {
              behind.put(partition, next);
            }
          });
      Duration oldest = behind.isEmpty() ? Duration.ZERO : age(consumer, behind, ends);
      return ReplayHorizon.unread(
          "consumer group %s has yet to read records of topic %s that are %s old"
              .formatted(group, topic, oldest),
          oldest);
    }
  }

  private Set<TopicPartition> partitions(Consumer<?, ?> consumer) {
    return consumer.partitionsFor(topic, PATIENCE).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .collect(Collectors.toSet());
  }

  private Duration age(
      Consumer<?, ?> consumer, Map<TopicPartition, Long> next, Map<TopicPartition, Long> ends)
      throws HorizonUnknownException {
    long oldest = clock.millis();
    for (Map.Entry<TopicPartition, Long> each : next.entrySet()) {
      long end = ends.getOrDefault(each.getKey(), 0L);
      oldest = Math.min(oldest, timeOfNext(consumer, each.getKey(), each.getValue(), end));
    }
    return Duration.ofMillis(clock.millis() - oldest);
  }

  /** Of the first record from there; now, if only markers of transactions follow. */
  private long timeOfNext(Consumer<?, ?> consumer, TopicPartition partition, long from, long end)
      throws HorizonUnknownException {
    consumer.assign(Set.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (var record : consumer.poll(Duration.ofMillis(200))) {
        return record.timestamp();
      }
      if (consumer.position(partition, PATIENCE) >= end) {
        return clock.millis();
      }
    }
    throw new HorizonUnknownException(
        "%s has records from offset %d on, and none could be read".formatted(partition, from),
        null);
  }

  private static long number(Config config, String name) {
    return Long.parseLong(text(config, name));
  }

  private static String text(Config config, String name) {
    return String.valueOf(config.get(name).value());
  }
}
