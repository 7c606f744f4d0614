package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrail.testbed.Testbed;
import java.sql.Connection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Events that cannot be published, beside others that can: one relay for all tests here. */
class QuarantineIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static RelayHarness relay;

  @BeforeAll
  static void start() {
    relay = new RelayHarness(Testbed.shared(), "pay").start();
  }

  @AfterAll
  static void stop() {
    relay.close();
  }

  @Test
  void aNameThatKafkaTakesForNoTopicStopsNobodyElse() throws Exception {
    relay.testbed.kafka().createTopic("order_notify_" + relay.suffix, 1, Map.of());
    Map<String, String> reasons = new LinkedHashMap<>();
    String fine;
    try (Connection connection = relay.connection()) {
      connection.setAutoCommit(false);
      for (var bad :
          Map.of(
                  "order.notify_" + relay.suffix,
                  "collides",
                  "outrail-relay-positions-of-another",
                  "belongs to a relay")
              .entrySet()) {
        reasons.put(RelayHarness.insert(connection, bad.getKey(), "k", "x"), bad.getValue());
      }
      fine = RelayHarness.insert(connection, relay.topic("fine"), "k", "x");
      connection.commit();
    }

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(relay.ids(relay.topic("fine"))).containsExactly(fine));
    Map<String, JsonNode> pointers = pointers();
    reasons.forEach(
        (id, reason) ->
            assertThat(pointers.get(id).path("reason").asText()).as(id).contains(reason));
  }

  private static Map<String, JsonNode> pointers() throws Exception {
    Map<String, JsonNode> pointers = new LinkedHashMap<>();
    for (var found : relay.read(relay.settings.get("quarantine.topic"))) {
      pointers.put(RelayHarness.header(found, "id"), new ObjectMapper().readTree(found.value()));
    }
    return pointers;
  }
}
