package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.crash.CrashPoint;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.process.ManagedProcess;
import dev.outrail.testbed.process.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay's process dies; what a read_committed reader finds shows nothing of it. */
class KilledRelaySystemTest {

  private static final int KILLS = Integer.getInteger("test.relay.kills", 7);

  /** What dies together with the relay. */
  private enum Company {
    NOBODY,
    BROKER,
    MYSQLD,
    BOTH;

    /** Of seven kills three have company. */
    static Company of(int kill) {
      return switch (kill % 7) {
        case 2 -> MYSQLD;
        case 4 -> BROKER;
        case 6 -> BOTH;
        default -> NOBODY;
      };
    }

    List<Server> servers(Testbed testbed) {
      return switch (this) {
        case NOBODY -> List.of();
        case BROKER -> List.of(testbed.kafka());
        case MYSQLD -> List.of(testbed.mysql());
        case BOTH -> List.of(testbed.mysql(), testbed.kafka());
      };
    }
  }

  @Test
  void everyCommittedEventIsThereOnceAndInOrderAfterSigkillsAtRandomMoments() throws Exception {
    long seed = Seed.next();
    Random random = new Random(seed);
    Testbed testbed = Testbed.shared();
    try (RelayHarness relay = new RelayHarness(testbed, "pay", "ord");
        Recoveries recoveries = new Recoveries(relay)) {
      String topic = relay.topic("events");
      try (Load load = new Load(relay, topic, 3, seed, Duration.ofMillis(10))) {
        relay.start();
        for (int kill = 1; kill <= KILLS; kill++) {
          await()
              .pollDelay(Duration.ofMillis(random.nextInt(1_000)))
              .atMost(Duration.ofSeconds(10))
              .until(() -> true);
          relay.kill();
          List<Server> servers = Company.of(kill).servers(testbed);
          servers.forEach(Server::kill);
          relay.launch();
          servers.forEach(Server::start);
          if (!servers.isEmpty()) {
            recoveries.measure("relay, " + Company.of(kill));
          }
          relay.process().awaitLog("RUNNING", RelayHarness.PATIENCE);
        }
        load.stop();
        load.assertEachEventOnceAndInOrder();
        recoveries.print();
      }
    }
  }

  @Test
  @Tag("soak")
  void aKillWhileItStartsIsAsHarmlessAsAnyOther() throws Exception {
    long seed = Seed.next();
    Random random = new Random(seed);
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord")) {
      String topic = relay.topic("events");
      try (Load load = new Load(relay, topic, 3, seed, Duration.ofMillis(10))) {
        for (int kill = 0; kill < KILLS; kill++) {
          relay.launch().awaitLog("STARTING|RelayCommand", RelayHarness.PATIENCE);
          await()
              .pollDelay(Duration.ofMillis(random.nextInt(4_000)))
              .atMost(Duration.ofSeconds(10))
              .until(() -> true);
          relay.kill();
        }
        relay.start();
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
  }

  @Tag("long")
  @ParameterizedTest(name = "binlog compression {0}")
  @ValueSource(strings = {"OFF", "ON"})
  void aTransactionOfManyRowsInTwoTablesGoesOnAfterTheLastPublishedRow(String compression)
      throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord")) {
      String topic = relay.topic("big");
      relay.set("run.max.events", "20");
      ManagedProcess crashing = relay.launch(CrashPoint.AFTER_COMMIT, 100);
      crashing.awaitLog("RUNNING", RelayHarness.PATIENCE);

      List<String> ids = new ArrayList<>();
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION binlog_transaction_compression = " + compression);
        connection.setAutoCommit(false);
        for (int row = 0; row < 6_000; row++) {
          connection.setCatalog(relay.schemas.get(row / 7 % 2));
          ids.add(RelayHarness.insert(connection, topic, "k", Integer.toString(row)));
        }
        connection.commit();
      }
      assertThat(crashing.awaitExit(RelayHarness.PATIENCE)).isEqualTo(137);
      int published = relay.read(topic).size();
      System.out.println("Killed after " + published + " of " + ids.size() + " rows");
      relay.start();

      await().atMost(RelayHarness.PATIENCE).until(() -> relay.read(topic).size() >= ids.size());
      assertThat(relay.ids(topic)).containsExactlyElementsOf(ids);
      assertThat(published).as("the kill was in the middle").isBetween(1, ids.size() - 1);
    }
  }

  @Test
  @Tag("long")
  void rowsThatWereThereBeforeTheFirstStartAreNeitherLostNorRepeatedByAKillDuringTheSnapshot()
      throws Exception {
    long seed = Seed.next();
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("old");
      fill(relay, topic, 20_000);
      try (Load load = new Load(relay, topic, 2, seed, Duration.ofMillis(10))) {
        ManagedProcess crashing = relay.launch(CrashPoint.MID_BATCH, 10_000);
        assertThat(crashing.awaitExit(RelayHarness.PATIENCE)).isEqualTo(137);
        assertThat(relay.read(topic)).as("the snapshot is all or nothing").isEmpty();

        relay.start();
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
  }

  @Tag("long")
  @Test
  void sigtermUnderLoadEndsCleanlyAndTheNextStartGoesOnExactly() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("term");
      try (Load load = new Load(relay, topic, 2, 42, Duration.ofMillis(5))) {
        relay.start();
        await().atMost(RelayHarness.PATIENCE).until(() -> relay.read(topic).size() > 200);

        long begun = System.nanoTime();
        int code = relay.process().stop(RelayHarness.PATIENCE);
        System.out.printf("SIGTERM took %d ms%n", (System.nanoTime() - begun) / 1_000_000);

        assertThat(code).isZero();
        relay.start();
        load.stop();
        load.assertEachEventOnceAndInOrder();
      }
    }
  }

  /** Numbers below all that a Load makes, under keys of their own. */
  private static void fill(RelayHarness relay, String topic, int rows) throws SQLException {
    try (Connection connection = relay.connection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION cte_max_recursion_depth = 1000000");
      statement.execute(
          """
          INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at)
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
          SELECT UUID(), '%s', CONCAT('old-', i MOD 7), 'test.v1', i, NOW(6) + INTERVAL i MICROSECOND - INTERVAL 1 DAY
          FROM n
          """
              .formatted(rows, topic));
    }
  }
}
