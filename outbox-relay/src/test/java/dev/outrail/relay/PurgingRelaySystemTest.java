package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.crash.CrashPoint;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A relay process that purges what it has published. */
@Tag("long")
class PurgingRelaySystemTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void purgesWhatItHasPublishedAndPublishesNoDeletion() throws Exception {
    try (RelayHarness relay = purging("delete")) {
      relay.start();
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      String young;
      try (Connection connection = relay.connection()) {
        for (int i = 0; i < 50; i++) {
          ids.add(OldRows.insert(connection, topic, Duration.ofDays(8)));
        }
        young = OldRows.insert(connection, topic, Duration.ofDays(6));
        ids.add(young);
        await().atMost(SOON).until(() -> OldRows.ids(connection).size() == 1);
        assertThat(OldRows.ids(connection)).containsExactly(young);
        ids.add(OldRows.insert(connection, topic, Duration.ZERO));
      }
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(relay.ids(topic)).containsExactlyInAnyOrderElementsOf(ids));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(relay.get("/metrics").body())
                      .contains("outrail_relay_purged_rows_total 50.0")
                      .contains("outrail_relay_purge_failures_total 0.0")
                      .containsPattern("outrail_relay_purge_last_seconds 1\\.\\d+E9"));
      assertThat(relay.process().log())
          .containsPattern("INFO.*Purged \\d+ rows of " + relay.schema() + ".outbox")
          .doesNotContain("WARN  Purge");
    }
  }

  @Test
  void goesOnAfterItHasDroppedAPartition() throws Exception {
    try (RelayHarness relay = purging("partition")) {
      partition(relay, Instant.now().minus(Duration.ofDays(7)).minusSeconds(60));
      String topic = relay.topic("t");
      try (Connection connection = relay.connection()) {
        String old = OldRows.insert(connection, topic, Duration.ofDays(8));
        String young = OldRows.insert(connection, topic, Duration.ofDays(1));
        relay.start();
        await().atMost(SOON).until(() -> OldRows.ids(connection).equals(List.of(young)));

        String after = OldRows.insert(connection, topic, Duration.ZERO);
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(relay.ids(topic)).containsExactlyInAnyOrder(old, young, after));
      }
      assertThat(relay.process().log()).contains("Dropped the partitions [past]");
    }
  }

  @Test
  void aKillInTheMiddleOfThePurgeLeavesTableAndStreamWhole() throws Exception {
    Random random = new Random(Seed.next());
    try (RelayHarness relay = purging("delete")) {
      relay.set("purge.batch.rows", "50");
      String topic = relay.topic("t");
      Set<String> all;
      Set<String> young = new HashSet<>();
      try (Connection connection = relay.connection()) {
        OldRows.fill(connection, topic, 0, 15_000, Duration.ofDays(8));
        for (int i = 0; i < 20; i++) {
          young.add(OldRows.insert(connection, topic, Duration.ofDays(1)));
        }
        all = new HashSet<>(OldRows.ids(connection));
        ManagedProcess crashing = relay.launch(CrashPoint.DURING_PURGE, 1 + random.nextInt(20));
        assertThat(crashing.awaitExit(RelayHarness.PATIENCE)).isEqualTo(137);
        assertThat(crashing.log()).contains(CrashPoint.DURING_PURGE.lastWords());
        int left = OldRows.ids(connection).size();
        assertThat(left).as("the crash was in the middle").isBetween(young.size(), all.size() - 1);
        for (int kill = 0; kill < 3; kill++) {
          relay.start();
          int enough = left - 50 - random.nextInt(1_000);
          await()
              .pollInterval(Duration.ofMillis(20))
              .atMost(SOON)
              .until(() -> OldRows.ids(connection).size() < enough);
          relay.kill();
          left = OldRows.ids(connection).size();
          System.out.printf("Killed with %d of %d rows left%n", left, all.size());
          assertThat(left).as("the kill was in the middle").isGreaterThan(young.size());
          String later = OldRows.insert(connection, topic, Duration.ofDays(8));
          all.add(later);
        }
        relay.start();
        await().atMost(SOON).until(() -> OldRows.ids(connection).size() == young.size());
        assertThat(OldRows.ids(connection)).containsExactlyInAnyOrderElementsOf(young);
      }
      List<String> published = relay.ids(topic);
      assertThat(published).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
    }
  }

  @Test
  void onAServerThatTakesNoWritesThePurgeWaitsAndEventsArePublished() throws Exception {
    try (RelayHarness relay = purging("delete")) {
      String topic = relay.topic("t");
      try (Connection connection = relay.connection()) {
        String old = OldRows.insert(connection, topic, Duration.ofDays(8));
        String young;
        relay.testbed.mysql().execute("SET GLOBAL read_only = ON");
        try {
          relay.start();
          young = OldRows.insert(connection, topic, Duration.ZERO);
          await()
              .atMost(SOON)
              .untilAsserted(() -> assertThat(relay.ids(topic)).containsExactly(old, young));
          relay.process().awaitLog("Purging .* failed.*read-only", SOON);
          assertThat(OldRows.ids(connection)).containsExactlyInAnyOrder(old, young);
        } finally {
          relay.testbed.mysql().execute("SET GLOBAL read_only = OFF");
        }
        await()
            .atMost(SOON)
            .untilAsserted(() -> assertThat(OldRows.ids(connection)).containsExactly(young));
      }
    }
  }

  /** How long their transactions take is printed. */
  @Test
  void writersUnderLoadGoOnDuringThePurge() throws Exception {
    try (RelayHarness relay = purging("delete")) {
      relay.start();
      String topic = relay.topic("t");
      List<Long> without = insertsFor(relay, topic, Duration.ofSeconds(5));

      try (Connection connection = relay.connection()) {
        OldRows.fill(connection, topic, 0, 60_000, Duration.ofDays(8));
        await().atMost(SOON).until(() -> relay.process().log().contains("RUNNING"));
        await()
            .atMost(SOON)
            .until(() -> relay.get("/metrics").body().matches("(?s).*purged_rows_total [1-9].*"));
        List<Long> with = insertsFor(relay, topic, Duration.ofSeconds(5));

        System.out.printf(
            "Insert and commit without purge: %s; while purging: %s%n",
            summary(without), summary(with));
        assertThat(with).isNotEmpty();
        await()
            .atMost(SOON)
            .until(() -> relay.get("/metrics").body().contains("purged_rows_total 60000.0"));
        assertThat(relay.get("/metrics").body()).contains("outrail_relay_purge_failures_total 0.0");
      }
    }
  }

  @Test
  void concurrentInsertsAndDeletionsOfTheSameRowsEndInNoDeadlock() throws Exception {
    try (RelayHarness relay = purging("delete")) {
      relay.set("purge.batch.rows", "20").start();
      String topic = relay.topic("t");
      AtomicBoolean stop = new AtomicBoolean();
      ExecutorService writers = Executors.newFixedThreadPool(3);
      try {
        List<Future<Integer>> done = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
          done.add(writers.submit(() -> insertOldAndDelete(relay, topic, stop)));
        }
        await()
            .atMost(SOON)
            .until(
                () ->
                    relay
                        .get("/metrics")
                        .body()
                        .matches("(?s).*purged_rows_total [1-9]\\d\\d\\d.*"));
        stop.set(true);
        for (Future<Integer> one : done) {
          assertThat(one.get(30, TimeUnit.SECONDS)).isPositive();
        }
      } finally {
        stop.set(true);
        writers.shutdownNow();
      }
      try (Connection connection = relay.connection()) {
        await().atMost(SOON).until(() -> OldRows.ids(connection).isEmpty());
      }
      assertThat(relay.process().log()).doesNotContain("Deadlock");
    }
  }

  @Test
  void writersGoOnWhileADropIsTriedAgainAndAgain() throws Exception {
    try (RelayHarness relay = purging("partition")) {
      partition(relay, Instant.now().minus(Duration.ofDays(8)));
      String topic = relay.topic("t");
      try (Connection holder = relay.connection()) {
        holder.setAutoCommit(false);
        OldRows.insert(holder, topic, Duration.ZERO);
        relay.set("from", "now").start().process().awaitLog("Purging .* failed", SOON);
        List<Long> queued = insertsFor(relay, topic, Duration.ofSeconds(10));
        holder.commit();
        System.out.println(
            "Insert and commit while a drop is tried again and again: " + summary(queued));
        assertThat(queued).isNotEmpty();
      }
      relay.process().awaitLog("Dropped the partitions \\[past\\]", SOON);
    }
  }

  private record Written(String id, long at) {}

  /**
   * Each transaction deletes a row of a second ago, which is when the purge is after it as well,
   * and inserts before and behind that into the range that the purge works on.
   */
  private static int insertOldAndDelete(RelayHarness relay, String topic, AtomicBoolean stop)
      throws SQLException {
    int transactions = 0;
    Deque<Written> written = new ArrayDeque<>();
    try (Connection connection = relay.connection();
        var delete = connection.prepareStatement("DELETE FROM outbox WHERE id = ?")) {
      connection.setAutoCommit(false);
      while (!stop.get()) {
        written.add(new Written(insertOld(connection, topic), System.nanoTime()));
        Written first = written.element();
        if (System.nanoTime() - first.at() > TimeUnit.MILLISECONDS.toNanos(1_100)) {
          delete.setString(1, written.remove().id());
          delete.executeUpdate();
        }
        for (int row = 0; row < 3; row++) {
          insertOld(connection, topic);
        }
        connection.commit();
        transactions++;
      }
    }
    return transactions;
  }

  private static String insertOld(Connection connection, String topic) throws SQLException {
    long jitter = ThreadLocalRandom.current().nextLong(TimeUnit.HOURS.toMillis(1));
    return OldRows.insert(connection, topic, Duration.ofDays(8).plusMillis(jitter));
  }

  /** How long each took, in µs. */
  private static List<Long> insertsFor(RelayHarness relay, String topic, Duration time)
      throws SQLException {
    List<Long> took = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    try (Connection connection = relay.connection()) {
      while (System.nanoTime() < end) {
        long begun = System.nanoTime();
        OldRows.insert(connection, topic, Duration.ZERO);
        took.add((System.nanoTime() - begun) / 1_000);
      }
    }
    return took;
  }

  private static String summary(List<Long> micros) {
    List<Long> sorted = micros.stream().sorted().toList();
    return "%d times, p50 %.1f ms, p99 %.1f ms, max %.1f ms"
        .formatted(
            sorted.size(),
            sorted.get(sorted.size() / 2) / 1000.0,
            sorted.get(sorted.size() * 99 / 100) / 1000.0,
            sorted.get(sorted.size() - 1) / 1000.0);
  }

  /**
   * Splits the outbox into what was written before and after, and lets the relay drop the former.
   */
  private static void partition(RelayHarness relay, Instant at) {
    relay
        .testbed
        .mysql()
        .execute(
            """
            USE %s;
            ALTER TABLE outbox DROP PRIMARY KEY, ADD PRIMARY KEY (id, created_at)
            PARTITION BY RANGE (FLOOR(UNIX_TIMESTAMP(created_at))) (
              PARTITION past VALUES LESS THAN (%d), PARTITION later VALUES LESS THAN MAXVALUE);
            GRANT ALTER, DROP ON outbox TO relay_%s
            """
                .formatted(relay.schema(), at.getEpochSecond(), relay.suffix));
  }

  private static RelayHarness purging(String mode) {
    RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
    relay
        .testbed
        .mysql()
        .execute("GRANT DELETE ON %s.outbox TO relay_%s".formatted(relay.schema(), relay.suffix));
    return relay.set("purge.mode", mode).set("purge.interval.ms", "200");
  }
}
