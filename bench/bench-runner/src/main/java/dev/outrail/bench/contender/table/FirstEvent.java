package dev.outrail.bench.contender.table;

import dev.outrail.bench.contender.Scene;
import dev.outrail.testbed.process.ManagedProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Waits until something is in the topic of a scene. */
final class FirstEvent {

  /** A library may read its whole backlog before it publishes the first. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private FirstEvent() {}

  /**
   * @throws IllegalStateException at once if the process ends before
   */
  static void await(ManagedProcess process, Scene scene) {
    try (Admin admin = scene.servers().kafka().admin()) {
      Map<TopicPartition, OffsetSpec> ends = ends(admin, scene.topic());
      process.await("first event in " + scene.topic(), PATIENCE, () -> anything(admin, ends));
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(Admin admin, String topic) {
    try {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
          .flatMap(description -> description.partitions().stream())
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("No topic " + topic, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static boolean anything(Admin admin, Map<TopicPartition, OffsetSpec> ends) {
    try {
      return admin.listOffsets(ends).all().get().values().stream()
          .anyMatch(end -> end.offset() > 0);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka does not tell where its partitions end", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for the first event", e);
  }
}
