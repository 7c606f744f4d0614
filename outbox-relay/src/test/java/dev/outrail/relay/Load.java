package dev.outrail.relay;

import static dev.outrail.relay.RelayHarness.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Writers that commit, roll back, and write many rows at once, as fast as asked. A key belongs to
 * one writer, which numbers its events, so the numbers of a key rise in commit order. What was
 * committed is asked of the tables in the end, since a killed server leaves a writer in doubt.
 */
final class Load implements AutoCloseable {

  private static final int KEYS = 5;

  private final RelayHarness relay;
  private final String topic;
  private final long pauseNanos;
  private final ExecutorService writers;
  private final AtomicLong rolledBack = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Set<String> rolledBackIds = Collections.synchronizedSet(new HashSet<>());
  private volatile boolean stopped;

  Load(RelayHarness relay, String topic, int writerCount, long seed, Duration pause) {
    System.out.println("Load: seed " + seed);
    this.relay = relay;
    this.topic = topic;
    this.pauseNanos = pause.toNanos();
    this.writers = Executors.newFixedThreadPool(writerCount);
    for (int writer = 0; writer < writerCount; writer++) {
      int number = writer;
      Random random = new Random(seed + writer);
      writers.submit(() -> write(number, random));
    }
  }

  long written() {
    return written.get();
  }

  void stop() throws InterruptedException {
    stopped = true;
    writers.shutdown();
    assertThat(writers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  /**
   * Waits until all is there, then checks that nothing is missing, twice, made up or out of order.
   */
  void assertEachEventOnceAndInOrder() throws SQLException {
    Set<String> committed = committed();
    await()
        .alias("all events in the topic")
        .atMost(RelayHarness.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> relay.read(topic).size() >= committed.size());

    List<ConsumerRecord<byte[], byte[]>> records = relay.read(topic);
    List<String> ids = records.stream().map(record -> RelayHarness.header(record, "id")).toList();
    System.out.printf(
        "Load: %d committed, %d rolled back, %d in the topic%n",
        committed.size(), rolledBack.get(), ids.size());
    Set<String> distinct = new LinkedHashSet<>(ids);
    List<String> twice = new ArrayList<>(ids);
    distinct.forEach(twice::remove);
    assertThat(twice).as("events published twice").isEmpty();
    assertThat(distinct).as("events in topic = events committed").isEqualTo(committed);
    assertThat(distinct).as("rolled-back events").doesNotContainAnyElementsOf(rolledBackIds);
    Map<String, Long> last = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      long number = Long.parseLong(new String(record.value(), StandardCharsets.UTF_8));
      Long before = last.put(key, number);
      assertThat(before == null || before < number)
          .as("order of key %s: %s before %s", key, before, number)
          .isTrue();
    }
  }

  private Set<String> committed() throws SQLException {
    Set<String> ids = new HashSet<>();
    for (String schema : relay.schemas) {
      try (Connection connection = relay.testbed.mysql().dataSource(schema).getConnection();
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT id FROM outbox")) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
    }
    return ids;
  }

  private void write(int writer, Random random) {
    long[] number = new long[KEYS];
    Connection connection = null;
    while (!stopped) {
      try {
        if (connection == null) {
          connection = relay.connection();
          connection.setAutoCommit(false);
        }
        transaction(connection, writer, random, number);
      } catch (SQLException e) {
        connection = close(connection);
        LockSupport.parkNanos(50_000_000);
      }
      if (pauseNanos > 0) {
        LockSupport.parkNanos(pauseNanos);
      }
    }
    close(connection);
  }

  private void transaction(Connection connection, int writer, Random random, long[] number)
      throws SQLException {
    int kind = random.nextInt(100);
    int rows = kind < 80 ? 1 : kind < 99 ? 2 + random.nextInt(8) : 100 + random.nextInt(200);
    boolean rollBack = random.nextInt(100) < 15;
    Set<String> ids = new HashSet<>();
    for (int row = 0; row < rows; row++) {
      int key = random.nextInt(KEYS);
      String schema = relay.schemas.get(key % relay.schemas.size());
      connection.setCatalog(schema);
      ids.add(insert(connection, topic, writer + "-" + key, Long.toString(++number[key])));
    }
    if (rollBack) {
      connection.rollback();
      rolledBack.addAndGet(rows);
      rolledBackIds.addAll(ids);
    } else {
      connection.commit();
      written.addAndGet(rows);
    }
  }

  private static Connection close(Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // it is gone anyway
      }
    }
    return null;
  }

  @Override
  public void close() {
    stopped = true;
    writers.shutdownNow();
  }
}
