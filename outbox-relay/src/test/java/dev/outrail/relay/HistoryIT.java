package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ManagedProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The relay comes back to a MySQL whose history is no longer what it was: it goes on where that is
 * right, and where it is not, it halts and says by how much. The servers are this test's own.
 */
@Tag("long")
class HistoryIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String NO_ONE = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private static Testbed source;

  @BeforeAll
  static void startASource() {
    source = server();
  }

  @AfterAll
  static void end() {
    source.close();
  }

  @Test
  void haltsBeforeAGapInTheBinlogAndTellsHowToGoOn() throws Exception {
    try (RelayHarness relay = relay(source)) {
      String topic = relay.topic("t");
      String before = published(relay, topic);
      relay.kill();
      awaitNoReader(source.mysql());
      for (int i = 0; i < 3; i++) {
        relay.insert(topic, "k", "lost " + i);
      }
      purge(source.mysql());
      relay.insert(topic, "k", "still there");
      String executed = ask(source.mysql(), "SELECT @@GLOBAL.gtid_executed");

      assertThat(relay.launch("--check-config").awaitExit(SOON)).isEqualTo(3);
      assertThat(relay.process().log()).contains("has purged 3 transactions");
      relay
          .launch()
          .awaitLog("HALTED.*has purged 3 transactions that the relay has not read", SOON);

      assertThat(relay.process().log())
          .contains("relay position set --gtids '" + uuid(executed) + ":1-")
          .contains("--execute'")
          .contains("relay replay --from ");
      assertThat(relay.get("/health/ready").body()).contains("has purged 3 transactions");
      assertThat(relay.ids(topic)).containsExactly(before);
    }
    try (RelayHarness relay = relay(source)) {
      String first = uuid(ask(source.mysql(), "SELECT @@GLOBAL.gtid_executed")) + ":1";
      relay.set("from", "gtid:" + first);

      var refused = relay.launch();

      assertThat(refused.awaitExit(SOON)).isEqualTo(3);
      assertThat(refused.log())
          .containsPattern(
              "from=gtid: \\d+ transactions outside the set are no longer in the binlog");
      assertThat(relay.launch("--check-config").awaitExit(SOON)).isEqualTo(3);
      assertThat(relay.process().log()).contains("outside the set are no longer in the binlog");
    }
  }

  @Test
  void haltsOnAServerThatLacksTransactionsOfThePosition() throws Exception {
    try (RelayHarness relay = relay(source)) {
      String topic = relay.topic("t");
      String before = published(relay, topic);
      relay.kill();
      awaitNoReader(source.mysql());
      forgetHistory(source.mysql());
      relay.insert(topic, "k", "of another history");

      relay
          .launch()
          .awaitLog(
              "HALTED.*lacks \\d+ transactions that the position contains.*another server", SOON);

      assertThat(relay.process().log()).contains("relay position set --gtids '");
      assertThat(relay.ids(topic)).containsExactly(before);
    }
    try (RelayHarness relay = relay(source)) {
      relay.set("from", "gtid:" + NO_ONE + ":1-5");

      var refused = relay.launch();

      assertThat(refused.awaitExit(SOON)).isEqualTo(3);
      assertThat(refused.log())
          .contains("from=gtid: 5 transactions of the set have not been executed")
          .contains(NO_ONE + ":1-5");
    }
  }

  @Test
  void goesOnWithAReplicaThatCoversThePositionAndHaltsOnOneThatDoesNot() throws Exception {
    try (Testbed replica = replicaOfTheSource()) {
      goesOnWithOneAndHaltsOnTheOther(replica);
      source.mysql().execute("STOP REPLICA; RESET REPLICA ALL");
    }
  }

  private static void goesOnWithOneAndHaltsOnTheOther(Testbed replica) throws Exception {
    try (RelayHarness relay = relay(source)) {
      String topic = relay.topic("t");
      List<String> ids = new ArrayList<>();
      ids.add(published(relay, topic));
      relay
          .testbed
          .mysql()
          .execute("ALTER TABLE %s.outbox ADD COLUMN x INT FIRST".formatted(relay.schema()));
      ids.add(relay.insert(topic, "k", "with x"));
      await().atMost(SOON).until(() -> relay.ids(topic).equals(ids));
      relay.kill();
      ids.add(relay.insert(topic, "k", "unread"));
      replica
          .mysql()
          .execute("DO WAIT_FOR_EXECUTED_GTID_SET('%s', 30)".formatted(executed(source)));

      relay.set("mysql.port", Integer.toString(replica.mysql().port())).start();
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
      ids.add(insertAt(replica, relay, topic, "of the replica itself"));
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));

      // back to the first server, which knows nothing of the replica's own transaction
      relay.kill();
      relay.set("mysql.port", Integer.toString(source.mysql().port()));
      relay
          .launch()
          .awaitLog(
              "HALTED.*lacks 1 transaction that the position contains: " + uuid(replica), SOON);
      assertThat(relay.process().log()).contains("waiting up to 5 s in case it is a replica");
      assertThat(relay.process().stop(Duration.ofSeconds(10))).isEqualTo(4);

      // it becomes a replica in turn, and catches up while the relay waits for it
      replicate(replica.mysql(), source.mysql(), false);
      relay.launch().awaitLog("waiting up to 5 s in case it is a replica", SOON);
      source.mysql().execute("START REPLICA");
      ids.add(insertAt(replica, relay, topic, "the last"));
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
      assertThat(relay.process().log()).doesNotContain("HALTED");
    }
  }

  /** Each has the lease of its own server, so nothing but Kafka can keep them apart. */
  @Test
  void relaysOfOneNameOnTwoServersFenceEachOtherAndRepeatNothing() throws Exception {
    try (Testbed replica = replicaOfTheSource()) {
      try (RelayHarness relay = relay(source)) {
        String topic = relay.topic("t");
        List<String> ids = new ArrayList<>();
        ids.add(published(relay, topic));
        ManagedProcess atTheSource = relay.process();

        relay.set("mysql.port", Integer.toString(replica.mysql().port())).launch();
        await()
            .atMost(RelayHarness.PATIENCE)
            .until(
                () -> {
                  ids.add(relay.insert(topic, "k", "meanwhile"));
                  return atTheSource.log().contains("FENCED: ");
                });
        for (int row = 0; row < 20; row++) {
          ids.add(relay.insert(topic, "k", "behind"));
        }

        await()
            .atMost(RelayHarness.PATIENCE)
            .untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
      }
    }
  }

  @Test
  void beginsBehindAGtidSet() throws Exception {
    try (RelayHarness relay = relay(source)) {
      String topic = relay.topic("t");
      relay.insert(topic, "k", "before");
      String set = executed(source);
      List<String> ids = new ArrayList<>();
      ids.add(relay.insert(topic, "k", "behind"));

      relay.set("from", "gtid:" + set).start();
      ids.add(relay.insert(topic, "k", "later"));

      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
    }
    try (RelayHarness relay = relay(source)) {
      String topic = relay.topic("t");
      relay.insert(topic, "k", "before");
      String set = executed(source);
      relay.insert(topic, "k", "between");
      source
          .mysql()
          .execute("ALTER TABLE %s.outbox MODIFY payload LONGTEXT".formatted(relay.schema()));

      relay.set("from", "gtid:" + set).launch();

      relay
          .process()
          .awaitLog("HALTED.*changed by 'ALTER TABLE .*LONGTEXT' .*shape of the rows before", SOON);
    }
  }

  private static Testbed replicaOfTheSource() throws Exception {
    assumeThat(source.provider())
        .as("servers that can reach each other")
        .isEqualTo(Provider.EMBEDDED);
    forgetHistory(source.mysql());
    Testbed replica = server();
    replicate(source.mysql(), replica.mysql());
    return replica;
  }

  private static Testbed server() {
    return Testbed.start(TestbedOptions.defaults().mysqlOnly());
  }

  private static RelayHarness relay(Testbed mysql) {
    return new RelayHarness(new OwnMySql(mysql), "pay");
  }

  private static String published(RelayHarness relay, String topic) {
    relay.start();
    String id = relay.insert(topic, "k", "published");
    await().atMost(SOON).until(() -> relay.ids(topic).size() == 1);
    // a transaction counts as read once a later sign of life says that it is over
    await()
        .atMost(SOON)
        .until(() -> relay.get("/status").body().contains("\"partialTransaction\" : null"));
    return id;
  }

  private static String insertAt(Testbed server, RelayHarness relay, String topic, String payload)
      throws SQLException {
    try (Connection connection = server.mysql().dataSource(relay.schema()).getConnection()) {
      return RelayHarness.insert(connection, topic, "k", payload);
    }
  }

  private static void replicate(MySqlServer from, MySqlServer to) {
    replicate(from, to, true);
  }

  private static void replicate(MySqlServer from, MySqlServer to, boolean atOnce) {
    to.execute(
        """
        CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %d, SOURCE_USER = '%s',
          SOURCE_PASSWORD = '%s', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1"""
            .formatted(from.host(), from.port(), from.rootUser(), from.rootPassword()));
    if (atOnce) {
      to.execute("START REPLICA");
    }
  }

  /** A log with the binlog dump of a killed relay on it would not be purged. */
  private static void awaitNoReader(MySqlServer mysql) {
    await()
        .atMost(SOON)
        .until(
            () ->
                ask(
                        mysql,
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")
                    .equals("0"));
  }

  private static void forgetHistory(MySqlServer mysql) {
    mysql.execute(
        mysql.version().startsWith("8.0") ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
  }

  private static void purge(MySqlServer mysql) throws SQLException {
    mysql.execute("FLUSH BINARY LOGS");
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement()) {
      String last = "";
      try (ResultSet logs = statement.executeQuery("SHOW BINARY LOGS")) {
        while (logs.next()) {
          last = logs.getString(1);
        }
      }
      statement.execute("PURGE BINARY LOGS TO '" + last + "'");
    }
  }

  private static String executed(Testbed server) throws SQLException {
    return ask(server.mysql(), "SELECT @@GLOBAL.gtid_executed").replace("\n", "");
  }

  private static String uuid(Testbed server) throws SQLException {
    return ask(server.mysql(), "SELECT @@server_uuid");
  }

  private static String uuid(String set) {
    return UUID.fromString(set.substring(0, set.indexOf(':'))).toString();
  }

  private static String ask(MySqlServer mysql, String sql) throws SQLException {
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
