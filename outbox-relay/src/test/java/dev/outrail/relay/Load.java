package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writers that commit, roll back, and write many rows at once, as fast as asked. A key belongs to
 * one writer, which numbers its events, so the numbers of a key rise in commit order. What was
 * committed is asked of the tables in the end, since a killed server leaves a writer in doubt.
 */
final class Load implements AutoCloseable {

  /** How many rows a transaction has. */
  enum Rows {
    /** Mostly one, sometimes a few, seldom hundreds. */
    FEW {
      @Override
      int next(Random random) {
        int kind = random.nextInt(100);
        return kind < 80 ? 1 : kind < 99 ? 2 + random.nextInt(8) : 100 + random.nextInt(200);
      }
    },
    /** Some with one, mostly dozens, often hundreds: 80 on average. */
    MANY {
      @Override
      int next(Random random) {
        int kind = random.nextInt(100);
        return kind < 20 ? 1 : kind < 90 ? 10 + random.nextInt(90) : 200 + random.nextInt(400);
      }
    };

    abstract int next(Random random);
  }

  private static final int KEYS = 5;
  private static final int ROWS_PER_STATEMENT = 100;
  private static final int ROLLED_BACK_PERCENT = 15;

  private record Row(String id, String key, long number) {}

  private final RelayHarness relay;
  private final String topic;
  private final Rows rows;
  private final long pauseNanos;
  private final ExecutorService writers;
  private final List<Future<?>> writing = new ArrayList<>();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong rolledBack = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Set<String> rolledBackIds = Collections.synchronizedSet(new HashSet<>());
  private volatile boolean stopped;

  Load(RelayHarness relay, String topic, int writerCount, long seed, Duration pause) {
    this(relay, topic, writerCount, seed, pause, Rows.FEW);
  }

  /**
   * Begins to write.
   *
   * @param pause of each writer after each transaction
   */
  Load(RelayHarness relay, String topic, int writerCount, long seed, Duration pause, Rows rows) {
    this.relay = relay;
    this.topic = topic;
    this.rows = rows;
    this.pauseNanos = pause.toNanos();
    this.writers = Executors.newFixedThreadPool(writerCount);
    for (int writer = 0; writer < writerCount; writer++) {
      int number = writer;
      Random random = new Random(seed + writer);
      writing.add(writers.submit(() -> write(number, random)));
    }
  }

  /** Events committed so far, at least. */
  long written() {
    return written.get();
  }

  /** A writer that ended early, for another reason than a server that is gone, fails here. */
  void stop() throws Exception {
    stopped = true;
    writers.shutdown();
    for (Future<?> one : writing) {
      one.get(60, TimeUnit.SECONDS);
    }
  }

  /**
   * Waits until all is there, then checks that nothing is missing, twice, made up or out of order.
   */
  void assertEachEventOnceAndInOrder() throws SQLException {
    Set<String> committed = committed();
    assertThat(committed).as("committed events").isNotEmpty();
    List<TopicReader.Event> events;
    try (TopicReader reader = new TopicReader(relay.testbed, topic)) {
      Set<String> missing = new HashSet<>(committed);
      long deadline = System.nanoTime() + RelayHarness.PATIENCE.toNanos();
      while (!missing.isEmpty() && System.nanoTime() < deadline) {
        reader.poll().forEach(event -> missing.remove(event.id()));
      }
      reader.readToEnd();
      events = reader.events();
      System.out.printf(
          "Load: %d committed, %d rolled back, %d in the topic%n",
          committed.size(), rolledBack.get(), events.size());
      assertThat(missing).as("committed events that are not in the topic").isEmpty();
    }

    Set<String> seen = new HashSet<>();
    List<String> twice =
        events.stream().map(TopicReader.Event::id).filter(id -> !seen.add(id)).toList();
    assertThat(twice).as("events published twice").isEmpty();
    Set<String> phantoms = new HashSet<>(seen);
    phantoms.retainAll(rolledBackIds);
    assertThat(phantoms).as("rolled-back events in the topic").isEmpty();
    seen.removeAll(committed);
    assertThat(seen).as("events in the topic that nobody committed").isEmpty();
    Map<String, Long> last = new HashMap<>();
    for (TopicReader.Event event : events) {
      long number = Long.parseLong(event.value());
      Long before = last.put(event.key(), number);
      if (before != null && before >= number) {
        throw new AssertionError(
            "Order of key %s: %d before %d".formatted(event.key(), before, number));
      }
    }
  }

  private Set<String> committed() throws SQLException {
    Set<String> ids = new HashSet<>();
    for (String schema : relay.schemas) {
      try (Connection connection = relay.testbed.mysql().dataSource(schema).getConnection();
          var statement = connection.createStatement();
          var found =
              statement.executeQuery(
                  "SELECT id FROM outbox WHERE aggregatetype = '%s'".formatted(topic))) {
        while (found.next()) {
          ids.add(found.getString(1));
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
    int count = rows.next(random);
    boolean rollBack = random.nextInt(100) < ROLLED_BACK_PERCENT;
    Set<String> made = new HashSet<>();
    Map<String, List<Row>> bySchema = new LinkedHashMap<>();
    for (int row = 0; row < count; row++) {
      int key = random.nextInt(KEYS);
      Row next = new Row(nextId(random), writer + "-" + key, ++number[key]);
      made.add(next.id());
      bySchema
          .computeIfAbsent(relay.schemas.get(key % relay.schemas.size()), s -> new ArrayList<>())
          .add(next);
    }
    for (var entry : bySchema.entrySet()) {
      insert(connection, entry.getKey(), entry.getValue());
    }
    if (rollBack) {
      connection.rollback();
      rolledBack.addAndGet(count);
      rolledBackIds.addAll(made);
    } else {
      connection.commit();
      written.addAndGet(count);
    }
  }

  /** Ids rise in the order in which a writer makes them, as those of an outbox do. */
  private String nextId(Random random) {
    return new UUID(ids.incrementAndGet(), random.nextLong()).toString();
  }

  /** In order, many rows to a statement. */
  private void insert(Connection connection, String schema, List<Row> all) throws SQLException {
    for (int from = 0; from < all.size(); from += ROWS_PER_STATEMENT) {
      List<Row> part = all.subList(from, Math.min(all.size(), from + ROWS_PER_STATEMENT));
      String values =
          IntStream.range(0, part.size())
              .mapToObj(i -> "(?, ?, ?, 'test.v1', ?)")
              .collect(Collectors.joining(", "));
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO %s.outbox (id, aggregatetype, aggregateid, type, payload) VALUES "
                      .formatted(schema)
                  + values)) {
        int parameter = 0;
        for (Row row : part) {
          insert.setString(++parameter, row.id());
          insert.setString(++parameter, topic);
          insert.setString(++parameter, row.key());
          insert.setBytes(
              ++parameter, Long.toString(row.number()).getBytes(StandardCharsets.UTF_8));
        }
        insert.executeUpdate();
      }
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
