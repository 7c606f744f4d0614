package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process with a heap of 256 MB carries, whatever the database's transactions look like. */
@Tag("long")
class MemoryBoundsSystemTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern NUMBER = Pattern.compile("\"number\":(\\d+)");

  @ParameterizedTest(name = "binlog compression {0}")
  @ValueSource(strings = {"OFF", "ON"})
  void oneTransactionOfAHundredThousandEventsPasses(String compression) throws Exception {
    int events = 100_000;
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("many");
      try (Connection connection = relay.connection()) {
        compress(connection, compression);
        OldRows.fill(connection, topic, 0, events, Duration.ZERO);
      }
      awaitPublished(relay, events);

      assertEachOnceAndInOrder(relay, topic, events);
      assertThat(relay.process().isRunning()).isTrue();
      assertThat(relay.process().log()).doesNotContain("RETRYING").doesNotContain("HALTED");
      System.out.printf(
          "%d events in one transaction, compression %s: %s%n", events, compression, memory(relay));
    }
  }

  @ParameterizedTest(name = "binlog compression {0}")
  @ValueSource(strings = {"OFF", "ON"})
  void oneTransactionOfTwentyPayloadsOfAMegabytePasses(String compression) throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("large");
      relay.testbed.kafka().createTopic(topic, 1, Map.of("max.message.bytes", "2097152"));
      Random random = new Random(1);
      List<byte[]> payloads = new ArrayList<>();
      try (Connection connection = relay.connection()) {
        compress(connection, compression);
        connection.setAutoCommit(false);
        for (int row = 0; row < 20; row++) {
          byte[] payload = new byte[1 << 20];
          random.nextBytes(payload);
          payloads.add(payload);
          RelayHarness.insert(connection, topic, "k", payload);
        }
        connection.commit();
      }
      awaitPublished(relay, 20);

      List<ConsumerRecord<byte[], byte[]>> records = relay.read(topic);
      assertThat(records).hasSize(20);
      for (int row = 0; row < 20; row++) {
        assertThat(Arrays.equals(records.get(row).value(), payloads.get(row)))
            .as("payload %d, byte for byte and in order", row)
            .isTrue();
      }
      assertThat(relay.process().isRunning()).isTrue();
      assertThat(relay.process().log()).doesNotContain("RETRYING").doesNotContain("HALTED");
      System.out.printf(
          "20 payloads of 1 MB in one transaction, compression %s: %s%n",
          compression, memory(relay));
    }
  }

  @Test
  void aBacklogOfAMillionRowsDrainsWithoutGrowth() throws Exception {
    int transactions = 500;
    int rows = 2_000;
    int events = transactions * rows;
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay").start()) {
      String topic = relay.topic("backlog");
      relay.process().stop(Duration.ofSeconds(20));
      try (Connection connection = relay.connection()) {
        for (int transaction = 0; transaction < transactions; transaction++) {
          OldRows.fill(connection, topic, (long) transaction * rows, rows, Duration.ZERO);
        }
      }
      relay.start();

      List<Memory> samples = new ArrayList<>();
      for (int tenth = 1; tenth <= 9; tenth++) {
        awaitPublished(relay, events / 10 * tenth);
        samples.add(memory(relay));
        System.out.printf("After %d events: %s%n", relay.published(), samples.get(tenth - 1));
      }
      awaitPublished(relay, events);
      Memory end = memory(relay);
      System.out.printf("After %d events: %s%n", relay.published(), end);

      Memory early = samples.get(1);
      assertThat(end.heap()).isLessThan(early.heap() + 64_000_000);
      assertThat(end.resident()).isLessThan(early.resident() + 128_000_000);
      assertThat(relay.process().log()).doesNotContain("RETRYING").doesNotContain("HALTED");
      assertThat(relay.published()).isEqualTo(events);
      assertEachOnceAndInOrder(relay, topic, events);
    }
  }

  private static void compress(Connection connection, String onOrOff) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION binlog_transaction_compression = " + onOrOff);
    }
  }

  private static void assertEachOnceAndInOrder(RelayHarness relay, String topic, int events) {
    Map<String, Long> last = new HashMap<>();
    BitSet seen = new BitSet(events + 1);
    relay.read(
        topic,
        one -> {
          var matcher = NUMBER.matcher(new String(one.value(), StandardCharsets.UTF_8));
          assertThat(matcher.find()).isTrue();
          int number = Integer.parseInt(matcher.group(1));
          assertThat(seen.get(number)).as("event %d twice", number).isFalse();
          seen.set(number);
          Long before = last.put(new String(one.key(), StandardCharsets.UTF_8), (long) number);
          assertThat(before == null || before < number)
              .as("%d came before %d", before, number)
              .isTrue();
        });
    assertThat(seen.cardinality()).isEqualTo(events);
  }

  private static void awaitPublished(RelayHarness relay, int events) {
    await()
        .alias(events + " events published")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> relay.published() >= events);
  }

  /**
   * What the process takes.
   *
   * @param heap bytes of the heap that live, right after a full collection
   * @param resident bytes of the whole process in memory
   */
  private record Memory(long heap, long resident) {

    @Override
    public String toString() {
      return "heap after GC %d MB, resident %d MB".formatted(heap >> 20, resident >> 20);
    }
  }

  private static Memory memory(RelayHarness relay) throws IOException {
    long pid = relay.process().pid();
    try (ManagedProcess collection =
        ManagedProcess.command(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(pid),
                    "GC.run"))
            .start()) {
      collection.awaitExit(Duration.ofSeconds(30));
    }
    long heap = (long) relay.metric("jvm_memory_used_bytes{area=\"heap\"");
    long resident =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .map(line -> line.replaceAll("\\D", ""))
            .collect(Collectors.summingLong(Long::parseLong));
    return new Memory(heap, resident << 10);
  }
}
