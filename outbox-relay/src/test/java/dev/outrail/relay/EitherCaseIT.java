package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server to which upper and lower case of a table's name are one, as on Windows. */
@Tag("long")
class EitherCaseIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aTableIsConfiguredAsItIsStoredAndWrittenToUnderAnyName() throws Exception {
    try (Testbed server =
            Testbed.start(
                TestbedOptions.defaults()
                    .mysqlOnly()
                    .withMysqldArgs("--lower-case-table-names=1"));
        RelayHarness relay = new RelayHarness(new OwnMySql(server), "Pay")) {
      String topic = relay.topic("t");
      String stored = relay.schema().toLowerCase(Locale.ROOT);
      for (String[] arguments : new String[][] {{"--check-config"}, {}}) {
        assertThat(relay.launch(arguments).awaitExit(SOON)).isEqualTo(3);
        assertThat(relay.process().log())
            .contains(relay.schema() + ".outbox is " + stored + ".outbox to the server");
      }

      relay.set("outbox.schemas", stored).set("http.token", RelayHarness.TOKEN);
      List<String> ids = new ArrayList<>();
      ids.add(relay.insert(topic, "k", "before the first start"));
      relay.start();
      ids.add(relay.insert(topic, "k", "live"));
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
      try (Connection connection = relay.connection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "ALTER TABLE %s.Outbox ADD COLUMN x INT FIRST"
                .formatted(relay.schema().toUpperCase(Locale.ROOT)));
      }
      ids.add(relay.insert(topic, "k", "behind DDL"));
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));
      relay.kill();
      ids.add(relay.insert(topic, "k", "behind a restart"));
      relay.start();
      await().atMost(SOON).untilAsserted(() -> assertThat(relay.ids(topic)).isEqualTo(ids));

      String replay =
          relay.post("/replay", "{\"topic\":\"%s\",\"execute\":true}".formatted(topic)).body();

      assertThat(new ObjectMapper().readTree(replay).path("published").asInt())
          .as(replay)
          .isEqualTo(4);
      assertThat(relay.ids(topic)).hasSize(8);
      assertThat(relay.read(topic))
          .extracting(found -> RelayHarness.header(found, "ce_source"))
          .as("one name, whichever way it is read")
          .containsOnly("/outrail/" + stored);
    }
  }
}
