package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay process purges no row that it may never have published, until it is told to. */
class PurgeCoverageIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RelayHarness relay = new RelayHarness(Testbed.shared(), "a", "b");
  private final String topic = relay.topic("t");

  @AfterEach
  void close() {
    relay.close();
  }

  @Test
  void rowsOfADatabaseThatIsAddedLaterStayUntilTheyAreReleased() throws Exception {
    String added = relay.schemas.get(1);
    List<String> old = new ArrayList<>();
    try (Connection table = relay.testbed.mysql().dataSource(added).getConnection()) {
      for (int i = 0; i < 5; i++) {
        old.add(OldRows.insert(table, topic, Duration.ofDays(8)));
      }
      purging().set("outbox.schemas", relay.schema()).start().kill();

      relay.set("outbox.schemas", String.join(",", relay.schemas)).start();
      awaitPurgeOfANewRow(table);

      assertThat(OldRows.ids(table)).containsExactlyInAnyOrderElementsOf(old);
      assertThat(relay.metric("outrail_relay_purge_held_back_rows")).isEqualTo(5);
      JsonNode held = JSON.readTree(relay.get("/status").body()).path("purge").path("heldBack");
      assertThat(held).hasSize(1);
      assertThat(held.get(0).path("table").asText()).isEqualTo(added + ".outbox");
      assertThat(held.get(0).path("rows").asInt()).isEqualTo(5);

      post("/purge/release", "{\"schema\":\"" + added + "\",\"reason\":\"sent by hand\"}");

      await().atMost(SOON).until(() -> OldRows.ids(table).isEmpty());
      await().atMost(SOON).until(() -> relay.metric("outrail_relay_purge_held_back_rows") == 0);
      assertThat(relay.read(settings("audit.topic")))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(new String(line.value(), StandardCharsets.UTF_8))
                      .contains("\"PURGE_RELEASE\"", "\"DONE\"", "sent by hand", added));
    }
  }

  @Test
  @Tag("long")
  void rowsThatFromNowAndAMovedPositionSkipStayUntilTheyAreReplayed() throws Exception {
    try (Connection table = relay.connection()) {
      OldRows.insert(table, topic, Duration.ofDays(8));
      purging().set("from", "now").start();
      awaitPurgeOfANewRow(table);
      assertThat(OldRows.ids(table)).as("from before the first start").hasSize(1);
      post("/pause", "{}");
      for (int i = 0; i < 100; i++) {
        OldRows.insert(table, topic, Duration.ZERO);
      }
      String executed = OldRows.executed(table);
      post("/position", "{\"gtids\":\"" + executed + "\",\"execute\":true}");
      double pass = lastPass();
      post("/resume", "{}");
      await().atMost(SOON).until(() -> lastPass() > pass);
      awaitPurgeOfANewRow(table);

      assertThat(OldRows.ids(table)).hasSize(101);
      relay.kill();
      relay.start();
      awaitPurgeOfANewRow(table);
      assertThat(OldRows.ids(table)).as("a restart knows it, too").hasSize(101);

      JsonNode replay = post("/replay", "{\"from\":\"1970-01-01T00:00:00Z\",\"execute\":true}");

      assertThat(replay.path("published").asInt()).isEqualTo(101);
      await().atMost(SOON).until(() -> OldRows.ids(table).isEmpty());
    }
  }

  @Test
  @Tag("long")
  void rowsFromBeforeTheGtidSetBehindWhichAFirstStartBeginsStay() throws Exception {
    try (Connection table = relay.connection()) {
      String before = OldRows.insert(table, topic, Duration.ofDays(8));
      purging().set("from", "gtid:" + OldRows.executed(table));
      String behind = OldRows.insert(table, topic, Duration.ZERO);

      relay.start();
      awaitPurgeOfANewRow(table);

      assertThat(relay.ids(topic)).doesNotContain(before).contains(behind);
      assertThat(OldRows.ids(table)).contains(before);
      assertThat(relay.metric("outrail_relay_purge_held_back_rows")).isPositive();
    }
  }

  @Test
  @Tag("long")
  void rowsThatABinlogFilterKeptFromTheRelayStayWhileItLastsAndAfterwards(@TempDir Path folder)
      throws Exception {
    String filtered = relay.schema();
    String other = relay.schemas.get(1);
    TestbedOptions options = TestbedOptions.defaults().mysqlOnly().withFolder(folder);
    purging().set("from", "now");
    int port;
    String missed;
    try (Testbed server = Testbed.start(options)) {
      port = server.mysql().port();
      for (String schema : relay.schemas) {
        server.mysql().createDatabase(schema);
        server.mysql().execute("USE " + schema + ";" + RelayHarness.messagingTables());
      }
      relay
          .set("mysql.port", Integer.toString(port))
          .set("mysql.user", server.mysql().rootUser())
          .set("mysql.password", server.mysql().rootPassword());
    }
    options = options.withMysqlPort(port);
    TestbedOptions filtering = options.withMysqldArgs("--binlog-ignore-db=" + filtered);
    try (Testbed server = Testbed.start(filtering)) {
      for (String[] arguments : new String[][] {{"--check-config"}, {}}) {
        assertThat(relay.launch(arguments).awaitExit(SOON)).as("a first start").isEqualTo(3);
        assertThat(relay.process().log())
            .contains("binlog_ignore_db=" + filtered)
            .contains("take the database out of outbox.schemas");
      }
    }
    try (Testbed server = Testbed.start(options)) {
      relay.start().kill();
    }
    try (Testbed server = Testbed.start(filtering)) {
      relay.start();
      assertThat(relay.process().log()).contains("binlog_ignore_db=" + filtered);
      try (Connection table = server.mysql().dataSource(filtered).getConnection();
          Connection read = server.mysql().dataSource(other).getConnection()) {
        missed = OldRows.insert(table, topic, Duration.ZERO);
        awaitPurgeOfANewRow(read);
        assertThat(OldRows.ids(table)).containsExactly(missed);
        assertThat(relay.metric("outrail_relay_purge_held_back_rows")).isEqualTo(1);
      }
      relay.kill();
    }

    try (Testbed server = Testbed.start(options)) {
      relay.start();
      try (Connection table = server.mysql().dataSource(filtered).getConnection()) {
        awaitPurgeOfANewRow(table);
        assertThat(OldRows.ids(table)).containsExactly(missed);
        assertThat(relay.ids(topic)).doesNotContain(missed).hasSize(2);
      }
      relay.kill();
    }
  }

  private RelayHarness purging() {
    for (String schema : relay.schemas) {
      relay
          .testbed
          .mysql()
          .execute("GRANT DELETE ON %s.outbox TO relay_%s".formatted(schema, relay.suffix));
    }
    return relay
        .set("http.token", RelayHarness.TOKEN)
        .set("purge.mode", "delete")
        .set("purge.retention.ms", "0")
        .set("purge.interval.ms", "200");
  }

  /** One that the relay has read; a pass that begins behind it has looked at all rows. */
  private void awaitPurgeOfANewRow(Connection table) throws Exception {
    await().atMost(SOON).until(() -> lastPass() > 0);
    String id = OldRows.insert(table, topic, Duration.ZERO);
    await().atMost(SOON).until(() -> !OldRows.ids(table).contains(id));
    double pass = lastPass();
    await().atMost(SOON).until(() -> lastPass() > pass);
  }

  private double lastPass() {
    return relay.metric("outrail_relay_purge_last_seconds");
  }

  private String settings(String key) {
    return relay.settings.get(key);
  }

  private JsonNode post(String path, String body) throws Exception {
    HttpResponse<String> answer = relay.post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
