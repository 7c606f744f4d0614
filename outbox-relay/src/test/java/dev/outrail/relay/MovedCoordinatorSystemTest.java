package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import dev.outrail.testbed.process.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of two brokers, in which the transactions' coordinators move under the relay. */
@Tag("long")
class MovedCoordinatorSystemTest {

  private static final String STATE = "__transaction_state";
  private static final int MOVES = 6;

  @TempDir private Path folder;

  @Test
  void theRelayFollowsItsCoordinatorsFromBrokerToBroker() throws Exception {
    int controller = FreePorts.reserve();
    try (Testbed first = Testbed.start(broker(TestbedOptions.defaults(), 1, controller));
        Testbed second =
            Testbed.start(
                broker(TestbedOptions.defaults().kafkaOnly(), 2, controller)
                    .withFolder(folder.resolve("second"))
                    .withBrokerProperty("process.roles", "broker"));
        RelayHarness relay = new RelayHarness(first, "pay", "ord")) {
      relay.set(
          "kafka.bootstrap.servers",
          first.kafka().bootstrapServers() + "," + second.kafka().bootstrapServers());
      String topic = relay.topic("events");
      first.kafka().createTopic(topic, 3);
      try (Load load = new Load(relay, topic, 3, Seed.next(), Duration.ofMillis(10));
          Admin admin = first.kafka().admin()) {
        long process = relay.start().process().pid();
        for (int move = 0; move < MOVES; move++) {
          int to = move % 2 == 0 ? 2 : 1;
          moveCoordinators(admin, to);
          long before = relay.published();
          await()
              .atMost(RelayHarness.PATIENCE)
              .untilAsserted(() -> assertThat(relay.published()).isGreaterThan(before + 50));
        }
        assertThat(relay.process().pid()).isEqualTo(process);
        assertThat(relay.process().isRunning()).isTrue();
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
  }

  private static TestbedOptions broker(TestbedOptions options, int id, int controller) {
    int port = FreePorts.reserve();
    String plain = "PLAINTEXT://127.0.0.1:" + port;
    return options
        .withProvider(Provider.EMBEDDED)
        .withKafkaPort(port)
        .withBrokerHeap("256m")
        .withBrokerProperty("node.id", Integer.toString(id))
        .withBrokerProperty("controller.quorum.voters", "1@127.0.0.1:" + controller)
        .withBrokerProperty(
            "listeners", id == 1 ? plain + ",CONTROLLER://127.0.0.1:" + controller : plain)
        .withBrokerProperty("advertised.listeners", plain);
  }

  /** Every partition of the coordinators' log to one broker; done when that one leads them all. */
  private static void moveCoordinators(Admin admin, int broker) throws Exception {
    Map<TopicPartition, Optional<NewPartitionReassignment>> moves = new HashMap<>();
    for (TopicPartitionInfo partition : partitions(admin)) {
      moves.put(
          new TopicPartition(STATE, partition.partition()),
          Optional.of(new NewPartitionReassignment(List.of(broker))));
    }
    admin.alterPartitionReassignments(moves).all().get();
    await()
        .atMost(RelayHarness.PATIENCE)
        .until(
            () ->
                partitions(admin).stream()
                    .allMatch(
                        partition ->
                            partition.leader() != null && partition.leader().id() == broker));
  }

  private static List<TopicPartitionInfo> partitions(Admin admin) throws Exception {
    return admin.describeTopics(List.of(STATE)).allTopicNames().get().get(STATE).partitions();
  }
}
