package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A relay that could not keep its promise does not start, and says why and what to do. */
@Tag("long")
class PreflightIT {

  private static final Duration EXIT = Duration.ofSeconds(60);

  private final RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  void checkConfigIsContentWithTheRightsThatTheReadmeNames() {
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isZero();
    assertThat(relay.process().log())
        .contains("ok       MySQL")
        .contains("ok       Kafka")
        .contains("ok       the place to begin")
        .contains("warning  MySQL has binlog_row_metadata=MINIMAL")
        .contains("Ready to start.");
    assertThat(relay.testbed.kafka().topics())
        .as("it changes nothing")
        .doesNotContain(relay.settings.get("position.topic"));
  }

  @Test
  void namesEveryMissingRightWithItsStatement() {
    String account = "'bare_" + relay.suffix + "'@'%'";
    relay.testbed.mysql().createUser("bare_" + relay.suffix, "x");
    relay.set("mysql.user", "bare_" + relay.suffix).set("mysql.password", "x");

    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log())
        .contains("GRANT REPLICATION CLIENT ON *.* TO " + account)
        .contains("GRANT REPLICATION SLAVE ON *.* TO " + account)
        .contains("GRANT SELECT ON `" + relay.schema() + "`.`outbox` TO " + account);
  }

  @Test
  void namesTheRightThatOnlyTheFirstStartNeeds() {
    relay
        .testbed
        .mysql()
        .execute(
            "REVOKE LOCK TABLES ON %s.* FROM relay_%s".formatted(relay.schema(), relay.suffix));

    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("GRANT LOCK TABLES ON `" + relay.schema() + "`.*");

    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("GRANT LOCK TABLES ON `" + relay.schema() + "`.*");
    assertThat(relay.set("from", "now").launch("--check-config").awaitExit(EXIT)).isZero();
  }

  @Test
  void namesTheRightThatThePurgeNeeds() {
    String account = "'relay_%s'@'%%'".formatted(relay.suffix);
    relay.set("purge.mode", "delete");
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log())
        .contains("GRANT DELETE ON `" + relay.schema() + "`.`outbox` TO " + account);

    relay
        .testbed
        .mysql()
        .execute("GRANT DELETE ON %s.outbox TO relay_%s".formatted(relay.schema(), relay.suffix));
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isZero();

    relay.set("purge.mode", "partition");
    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log())
        .contains("GRANT ALTER, DROP ON `" + relay.schema() + "`.`outbox` TO " + account)
        .contains("is not partitioned by RANGE over created_at");
  }

  @Test
  void namesWhatOfATableDoesNotSuitThePurge() {
    relay.set("purge.mode", "delete");
    relay
        .testbed
        .mysql()
        .execute(
            "USE %s; GRANT DELETE ON outbox TO relay_%s; INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (UUID(), 't', 'k', 'v', '')"
                .formatted(relay.schema(), relay.suffix));
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log())
        .contains("CREATE INDEX idx_created_at ON `" + relay.schema() + "`.`outbox` (created_at)");

    relay
        .testbed
        .mysql()
        .execute("CREATE INDEX idx_created_at ON %s.outbox (created_at)".formatted(relay.schema()));
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isZero();

    relay
        .testbed
        .mysql()
        .execute("ALTER TABLE %s.outbox DROP COLUMN created_at".formatted(relay.schema()));
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("there is no column created_at");
  }

  @Test
  void namesAMissingTableAndMissingColumns() {
    relay
        .testbed
        .mysql()
        .execute("ALTER TABLE %s.outbox DROP COLUMN aggregateid".formatted(relay.schema()));
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("lacks the column(s) aggregateid");

    relay.testbed.mysql().execute("DROP TABLE %s.outbox".formatted(relay.schema()));
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains(relay.schema() + ".outbox cannot be read");
  }

  @Test
  void namesAWrongPasswordAndAnUnreachableServer() {
    relay.set("mysql.password", "wrong");
    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("refuses the login").doesNotContain("wrong'");

    relay.set("mysql.password", "se;cret");
    relay.testbed.mysql().execute("ALTER USER relay_%s REQUIRE X509".formatted(relay.suffix));
    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("refuses the login").contains("REQUIRE X509");

    relay.set("mysql.port", "1").set("start.patience.ms", "1500");
    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("cannot be reached").contains("Giving up the start");
  }

  @Test
  void namesAnUnreachableBroker() {
    relay.set("kafka.bootstrap.servers", "127.0.0.1:1");

    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("kafka.bootstrap.servers").contains("Not ready");
  }

  @Test
  void namesEverySettingOfTheServerThatDoesNotFit() {
    TestbedOptions options =
        TestbedOptions.defaults()
            .mysqlOnly()
            .withMysqldArgs(
                "--binlog-format=MIXED",
                "--binlog-row-image=MINIMAL",
                "--gtid-mode=OFF",
                "--enforce-gtid-consistency=OFF",
                "--sync-binlog=0",
                "--innodb-flush-log-at-trx-commit=2",
                "--binlog-expire-logs-seconds=3600",
                "--binlog-do-db=another",
                "--skip-log-replica-updates",
                "--skip-replica-start");
    try (Testbed unfit = Testbed.start(options)) {
      unfit.mysql().createDatabase(relay.schema());
      unfit
          .mysql()
          .execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1");
      long id = unfit.mysql().port(); // the testbed gives a server its port as id
      relay.set("mysql.server.id", Long.toString(id));
      relay
          .set("mysql.port", Integer.toString(unfit.mysql().port()))
          .set("mysql.user", unfit.mysql().rootUser())
          .set("mysql.password", unfit.mysql().rootPassword());

      assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
      assertThat(relay.process().log())
          .contains("binlog_format=MIXED")
          .contains("binlog_row_image=MINIMAL")
          .contains("gtid_mode=OFF")
          .contains("enforce_gtid_consistency=OFF")
          .contains("sync_binlog=0")
          .contains("innodb_flush_log_at_trx_commit=2")
          .contains("binlog_expire_logs_seconds=3600")
          .contains("binlog_do_db=another keep the database " + relay.schema())
          .contains("log_replica_updates=OFF")
          .contains("The relay's id %d is the server's own".formatted(id))
          .contains("SET PERSIST gtid_mode = ON;");
    }
  }

  @Test
  void namesABinlogThatIsOff() {
    try (Testbed unfit =
        Testbed.start(TestbedOptions.defaults().mysqlOnly().withMysqldArgs("--skip-log-bin"))) {
      relay
          .set("mysql.port", Integer.toString(unfit.mysql().port()))
          .set("mysql.user", unfit.mysql().rootUser())
          .set("mysql.password", unfit.mysql().rootPassword());

      assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(3);
      assertThat(relay.process().log()).contains("log_bin=OFF");
    }
  }

  @Test
  void warnsOfAClusterThatWasUpgradedInPlace() throws Exception {
    try (Testbed upgraded = Testbed.start(TestbedOptions.defaults().kafkaOnly());
        Admin admin = upgraded.kafka().admin()) {
      relay.set("kafka.bootstrap.servers", upgraded.kafka().bootstrapServers());
      for (short level = 1; level >= 0; level--) {
        admin
            .updateFeatures(
                Map.of(
                    "transaction.version",
                    new FeatureUpdate(level, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)))
            .all()
            .get();

        assertThat(relay.launch("--check-config").awaitExit(EXIT)).isZero();
        assertThat(relay.process().log())
            .contains("warning  The cluster has transaction.version=" + level)
            .contains("upgrade --feature transaction.version=2");
      }
      assertThat(admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
          .as("it changes nothing")
          .isEmpty();
    }
  }

  @Test
  void aWrongSettingEndsWithItsName() {
    relay.set("topics.partition", "3");
    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(2);
    assertThat(relay.process().log()).contains("topics.partition").contains("topics.partitions");
    relay.settings.remove("topics.partition");

    relay.set("kafka.compression.type", "foo");
    assertThat(relay.launch().awaitExit(EXIT)).isEqualTo(2);
    assertThat(relay.process().log()).contains("kafka.compression.type");
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(2);
  }

  @Test
  void aPositionTopicThatWouldForgetIsRefused() {
    relay.testbed.kafka().createTopic(relay.settings.get("position.topic"), 1);
    assertThat(relay.launch("--check-config").awaitExit(EXIT)).isEqualTo(3);
    assertThat(relay.process().log()).contains("cleanup.policy=compact");

    relay.launch().awaitLog("HALTED.*cleanup.policy=delete", RelayHarness.PATIENCE);
    assertThat(relay.process().log()).contains("cleanup.policy=compact");
  }
}
