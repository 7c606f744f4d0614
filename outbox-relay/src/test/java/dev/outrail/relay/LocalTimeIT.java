package dev.outrail.relay;

import static dev.outrail.relay.RelayHarness.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A created_at of type DATETIME that writers' sessions fill in the time of Shanghai. */
class LocalTimeIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aDatetimeTellsNoTimeUntilItsZoneIsSaid() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      relay
          .testbed
          .mysql()
          .execute(
              "ALTER TABLE %s.outbox MODIFY created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
                  .formatted(relay.schema()));
      String topic = relay.topic("t");
      relay.set("http.token", RelayHarness.TOKEN);
      Instant begun = Instant.now();
      try (Connection shanghai = relay.connection();
          Statement statement = shanghai.createStatement()) {
        statement.execute("SET time_zone = '+08:00'");
        RelayHarness.insert(shanghai, topic, "1", "before the first start");

        relay.start();
        RelayHarness.insert(shanghai, topic, "2", "after it");
        await().atMost(SOON).until(() -> relay.ids(topic).size() == 2);

        assertThat(relay.process().log()).contains("created_at is a DATETIME").contains("WARN");
        assertThat(relay.read("quarantine-" + relay.suffix)).isEmpty();
        assertTimes(relay.read(topic), begun);
        assertThat(relay.post("/replay", "{\"topic\":\"" + topic + "\"}").body())
            .contains("\"selected\" : 2");
        HttpResponse<String> byTime = relay.post("/replay", "{\"from\":\"2026-01-31\"}");
        assertThat(byTime.statusCode()).isEqualTo(400);
        assertThat(byTime.body()).contains("outbox.created.at.zone");

        relay.kill();
        relay.set("outbox.created.at.zone", "+08:00").start();
        RelayHarness.insert(shanghai, topic, "3", "its zone is known");
        await().atMost(SOON).until(() -> relay.ids(topic).size() == 3);

        assertTimes(relay.read(topic), begun);
        String since = begun.minusSeconds(1).toString();
        assertThat(relay.post("/replay", "{\"from\":\"" + since + "\",\"execute\":true}").body())
            .contains("\"selected\" : 3", "\"published\" : 3");
        List<ConsumerRecord<byte[], byte[]>> all = relay.read(topic);
        assertThat(all).hasSize(6);
        assertTimes(all, begun);
      }
    }
  }

  private static void assertTimes(List<ConsumerRecord<byte[], byte[]>> records, Instant begun) {
    assertThat(records)
        .allSatisfy(
            found -> {
              assertThat(Instant.ofEpochMilli(found.timestamp()))
                  .isCloseTo(begun, within(5, ChronoUnit.MINUTES));
              assertThat(Instant.parse(header(found, "ce_time")))
                  .isCloseTo(begun, within(5, ChronoUnit.MINUTES));
            });
  }
}
