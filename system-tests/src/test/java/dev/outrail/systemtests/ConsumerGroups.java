package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.kafka.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** What an operator does to consumer groups. */
final class ConsumerGroups {

  private ConsumerGroups() {}

  /** Sets groups whose members are gone to the beginning of all that they have read. */
  static void rewind(KafkaBroker broker, String... groups) throws Exception {
    try (Admin admin = broker.admin()) {
      for (String group : groups) {
        // The broker notices killed members by their session time-out
        Awaitility.await("group " + group + " to be empty")
            .atMost(Duration.ofMinutes(2))
            .until(() -> describe(admin, group).groupState() == GroupState.EMPTY);
        Map<TopicPartition, OffsetAndMetadata> beginning = new HashMap<>();
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get()
            .keySet()
            .forEach(partition -> beginning.put(partition, new OffsetAndMetadata(0)));
        admin.alterConsumerGroupOffsets(group, beginning).all().get();
      }
    }
  }

  /** Waits until groups have read, and committed, all that is in the topics they have read. */
  static void awaitRead(KafkaBroker broker, String... groups) {
    try (Admin admin = broker.admin()) {
      for (String group : groups) {
        Awaitility.await("group " + group + " to have read everything")
            .atMost(Duration.ofMinutes(3))
            .ignoreExceptions()
            .until(
                () -> {
                  Map<TopicPartition, OffsetAndMetadata> read =
                      admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                  Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
                  read.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
                  // A transaction's marker is the last record of each partition: one behind is all.
                  return admin.listOffsets(latest).all().get().entrySet().stream()
                      .allMatch(
                          end -> read.get(end.getKey()).offset() >= end.getValue().offset() - 1);
                });
      }
    }
  }

  /**
   * Waits until a group is at rest and has so many members, so many of which have partitions; those
   * of a killed process count until the broker misses them.
   *
   * @return how many have partitions
   */
  static int awaitMembers(KafkaBroker broker, String group, int members, int withPartitions) {
    AtomicInteger having = new AtomicInteger();
    try (Admin admin = broker.admin()) {
      Awaitility.await("members of group " + group)
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                ConsumerGroupDescription now = describe(admin, group);
                having.set(
                    (int)
                        now.members().stream()
                            .filter(each -> !each.assignment().topicPartitions().isEmpty())
                            .count());
                assertThat(now.groupState()).isEqualTo(GroupState.STABLE);
                assertThat(now.members()).hasSize(members);
                assertThat(having)
                    .as("%s", now.members())
                    .hasValueGreaterThanOrEqualTo(withPartitions);
              });
    }
    return having.get();
  }

  private static ConsumerGroupDescription describe(Admin admin, String group) throws Exception {
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group);
  }
}
