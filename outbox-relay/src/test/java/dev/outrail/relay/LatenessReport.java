package dev.outrail.relay;

import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/**
 * How late events are, what an idle relay costs, and how fast a backlog drains, at default
 * settings. Prints and asserts nothing; started by the script {@code lateness}, never by the build.
 *
 * <p>The load is open: payments have scheduled times and are written whether or not the relay keeps
 * up, so a relay that stands still makes all of them late, not one.
 */
class LatenessReport {

  private static final List<Integer> RATES =
      Stream.of(System.getProperty("lateness.rates", "20,200,1000").split(","))
          .map(Integer::valueOf)
          .toList();
  private static final int WRITERS = 12;
  private static final int BACKLOG = Integer.getInteger("lateness.backlog", 200_000);
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final Duration MEASURED = Duration.ofSeconds(20);
  private static final String TOPIC = "payments";

  private final Map<String, Payment> payments = new ConcurrentHashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final AtomicLong duplicates = new AtomicLong();

  /**
   * Times of {@code System.nanoTime}.
   *
   * @param due when it was to be written
   * @param committed when the commit had returned
   */
  private record Payment(long due, long committed) {}

  @Test
  void report() throws Exception {
    // The broker as in production, not as the tests start it: with an optimising compiler
    TestbedOptions servers = TestbedOptions.defaults().withBrokerJvmArgs("-XX:TieredStopAtLevel=4");
    try (Testbed testbed = Testbed.start(servers);
        RelayHarness relay = new RelayHarness(testbed, "pay")) {
      relay.settings.keySet().removeAll(Set.of("position.interval.ms", "topics.partitions"));
      relay.jvmArgs = List.of("-Xmx256m");
      String topic = relay.topic(TOPIC);
      relay.set("topics.names", topic);
      tables(relay);
      relay.start();

      AtomicBoolean stop = new AtomicBoolean();
      Thread reader = new Thread(() -> read(relay, topic, stop), "reader");
      reader.start();
      try {
        write(relay, topic, 500, Duration.ofSeconds(10));
        settle();
        drain(relay, topic); // first: a relay that has worked for a while is what is measured below
        print("idle            relay's CPU %4.1f %% of one core", idle(relay));
        for (int rate : RATES) {
          measure(relay, topic, rate);
        }
      } finally {
        stop.set(true);
        reader.join();
      }
    }
  }

  private void measure(RelayHarness relay, String topic, int rate) throws Exception {
    payments.clear();
    seen.clear();
    duplicates.set(0);
    long from = System.nanoTime() + WARM_UP.toNanos();
    Duration cpuBefore = cpu(relay);
    write(relay, topic, rate, WARM_UP.plus(MEASURED));
    Duration cpu = cpu(relay).minus(cpuBefore);
    int missing = settle();

    Histogram late = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    Histogram sinceDue = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    payments.forEach(
        (id, payment) -> {
          Long at = seen.get(id);
          if (at != null && payment.due() >= from) {
            late.recordValue(Math.max(0, at - payment.committed()) / 1_000);
            sinceDue.recordValue(Math.max(0, at - payment.due()) / 1_000);
          }
        });
    print("%4d payments/s  commit returned -> seen: %s", rate, percentiles(late));
    print("                 scheduled -> seen:       %s", percentiles(sinceDue));
    print(
        "                 relay's CPU %4.1f %% of one core; %d events, %d missing, %d twice",
        100.0 * cpu.toMillis() / WARM_UP.plus(MEASURED).toMillis(),
        payments.size(),
        missing,
        duplicates.get());
  }

  /** A backlog of single payments, each a transaction of its own, found by a relay that starts. */
  private void drain(RelayHarness relay, String topic) throws Exception {
    relay.process().stop(Duration.ofSeconds(20));
    duplicates.set(0);
    payments.clear();
    seen.clear();
    print("(writing a backlog of %d)", BACKLOG);
    backlog(relay, topic);
    relay.start();
    long begun = 0;
    double first = 0;
    while (true) {
      double published = relay.published();
      if (published > 0 && begun == 0) {
        begun = System.nanoTime();
        first = published;
      }
      if (published >= BACKLOG) {
        break;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    await().atMost(Duration.ofMinutes(2)).until(() -> seen.size() >= BACKLOG);
    print(
        "backlog         %d events drained at %.0f events/s; %d missing, %d twice",
        BACKLOG, (BACKLOG - first) / seconds, BACKLOG - seen.size(), duplicates.get());
  }

  /** Open loop: each writer takes the next scheduled payment and waits until it is due. */
  private void write(RelayHarness relay, String topic, int rate, Duration time) throws Exception {
    long begun = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
    long count = rate * time.toSeconds();
    AtomicLong next = new AtomicLong();
    inParallel(
        () -> {
          try (Connection connection = relay.connection();
              PreparedStatement pay =
                  connection.prepareStatement(
                      "INSERT INTO pay_info (user_id, order_ids, pay_amount, pay_status) VALUES (?, ?, ?, 1)");
              PreparedStatement append =
                  connection.prepareStatement(
                      "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (?, ?, ?, 'payment.succeeded.v1', ?)")) {
            connection.setAutoCommit(false);
            for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
              long due = begun + i * TimeUnit.SECONDS.toNanos(1) / rate;
              for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              String id = pay(pay, append, topic, i);
              connection.commit();
              payments.put(id, new Payment(due, System.nanoTime()));
            }
          }
          return null;
        });
  }

  private static String pay(
      PreparedStatement pay, PreparedStatement append, String topic, long number)
      throws SQLException {
    String id = OldRows.id(Instant.now());
    pay.setLong(1, number);
    pay.setString(2, Long.toString(number));
    pay.setLong(3, 1_000 + number);
    pay.executeUpdate();
    append.setString(1, id);
    append.setString(2, topic);
    append.setString(3, Long.toString(number));
    append.setString(
        4,
        "{\"payId\":%d,\"orderIds\":[%d],\"amount\":%d,\"currency\":\"CNY\",\"note\":\"%s\"}"
            .formatted(number, number, 1_000 + number, "x".repeat(160)));
    append.executeUpdate();
    return id;
  }

  private void read(RelayHarness relay, String topic, AtomicBoolean stop) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", relay.testbed.kafka().bootstrapServers());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!stop.get()) {
        for (var one : consumer.poll(Duration.ofMillis(100))) {
          long now = System.nanoTime();
          String id = new String(one.headers().lastHeader("id").value(), StandardCharsets.UTF_8);
          if (seen.putIfAbsent(id, now) != null) {
            duplicates.incrementAndGet();
          }
        }
      }
    }
  }

  /** Waits until everything written has been seen; how much was not. */
  private int settle() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Set<String> missing = new HashSet<>(payments.keySet());
    while (System.nanoTime() < deadline && !missing.isEmpty()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      missing.removeAll(seen.keySet());
    }
    return missing.size();
  }

  private static double idle(RelayHarness relay) {
    Duration before = cpu(relay);
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(15)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    return 100.0 * cpu(relay).minus(before).toNanos() / (System.nanoTime() - begun);
  }

  private static Duration cpu(RelayHarness relay) {
    return ProcessHandle.of(relay.process().pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  private static void tables(RelayHarness relay) {
    relay
        .testbed
        .mysql()
        .execute(
            """
            USE %s;
            CREATE TABLE pay_info (
              pay_id BIGINT AUTO_INCREMENT PRIMARY KEY, user_id BIGINT NOT NULL, order_ids VARCHAR(255) NOT NULL,
              pay_amount BIGINT NOT NULL, pay_status TINYINT NOT NULL,
              create_time TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3));
            """
                .formatted(relay.schema()));
  }

  /** Without waiting for the disk at each commit, which is not what is measured. */
  private static void backlog(RelayHarness relay, String topic) throws Exception {
    relay
        .testbed
        .mysql()
        .execute("SET GLOBAL sync_binlog = 0; SET GLOBAL innodb_flush_log_at_trx_commit = 2");
    try (Connection connection = relay.connection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE PROCEDURE pay_many(first INT, many INT)
          BEGIN
            DECLARE i INT DEFAULT 0;
            WHILE i < many DO
              START TRANSACTION;
              INSERT INTO pay_info (user_id, order_ids, pay_amount, pay_status) VALUES (i, i, 1000 + i, 1);
              INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload)
              VALUES (UUID(), '%s', first + i, 'payment.succeeded.v1',
                CONCAT('{"payId":', first + i, ',"orderIds":[', first + i, '],"note":"', REPEAT('x', 200), '"}'));
              COMMIT;
              SET i = i + 1;
            END WHILE;
          END
          """
              .formatted(topic));
    }
    AtomicLong next = new AtomicLong();
    int each = BACKLOG / WRITERS;
    inParallel(
        () -> {
          long writer = next.getAndIncrement();
          long many = writer == 0 ? BACKLOG - (WRITERS - 1L) * each : each;
          try (Connection connection = relay.connection();
              Statement statement = connection.createStatement()) {
            statement.execute("CALL pay_many(%d, %d)".formatted(writer * 10_000_000, many));
          }
          return null;
        });
    relay
        .testbed
        .mysql()
        .execute("SET GLOBAL sync_binlog = 1; SET GLOBAL innodb_flush_log_at_trx_commit = 1");
  }

  private static void inParallel(Callable<Void> work) throws Exception {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        all.add(writers.submit(work));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    } finally {
      writers.shutdownNow();
    }
  }

  private static String percentiles(Histogram micros) {
    return String.format(
        Locale.ROOT,
        "p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms",
        micros.getValueAtPercentile(50) / 1000.0,
        micros.getValueAtPercentile(95) / 1000.0,
        micros.getValueAtPercentile(99) / 1000.0,
        micros.getMaxValue() / 1000.0);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, "[lateness] " + format + "%n", values);
  }
}
