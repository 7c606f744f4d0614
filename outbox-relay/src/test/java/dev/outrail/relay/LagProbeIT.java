package dev.outrail.relay;

import static dev.outrail.relay.OutboxRows.version7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.ops.LagProbe;
import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How far behind the relay is, as MySQL tells it. */
@Tag("long")
class LagProbeIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void countsTransactionsAndRowsBehindThePosition() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    RelayStatus status = new RelayStatus(now::get);
    RelayFacts facts = new RelayFacts();
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay", "ord");
        OutboxRows rows = new OutboxRows(relay);
        LagProbe probe =
            new LagProbe(
                () -> OutboxRows.server(relay),
                OutboxRows.tables(relay),
                true,
                status,
                facts,
                now::get)) {
      rows.insert(version7(1), "orders", "k", "t", "2026-01-01 10:00:00");
      String position = rows.executed();
      rows.insert(version7(2), "orders", "k", "t", "2026-01-01 10:00:00");
      rows.insert(
          relay.schemas.get(1),
          version7(3),
          "orders",
          "k",
          "t",
          new byte[1],
          "2026-01-01 10:00:00");

      LagProbe.Lag unknown = await().atMost(SOON).until(probe::latest, lag -> lag != null);
      assertThat(unknown.transactions()).as("no position yet").isNull();
      assertThat(unknown.events()).as("nothing published yet").isNull();
      assertThat(unknown.executed()).contains(":");
      assertThat(unknown.oldest()).isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
      assertThat(unknown.binlogKept()).as("the server's default").isEqualTo(Duration.ofDays(30));

      status.published(1, position, "");
      facts.lastPublished(version7(1));
      now.updateAndGet(time -> time.plusSeconds(3));
      LagProbe.Lag behind =
          await().atMost(SOON).until(probe::latest, lag -> lag != null && lag.events() != null);
      assertThat(behind.events()).isEqualTo(2);
      assertThat(behind.transactions()).isGreaterThanOrEqualTo(2);

      assertThat(behind.oldest()).as("there is a position").isNull();

      rows.insert(
          relay.schemas.get(1),
          UUID.randomUUID().toString(),
          "orders",
          "k",
          "t",
          new byte[1],
          "2026-01-01 10:00:00");
      now.updateAndGet(time -> time.plusSeconds(3));
      LagProbe.Lag foreign =
          await()
              .atMost(SOON)
              .until(probe::latest, lag -> lag != null && lag.at().equals(now.get()));
      assertThat(foreign.events()).as("one table has other ids than UUIDv7").isNull();

      now.updateAndGet(time -> time.plusSeconds(31));
      relay.settings.put("mysql.port", "1");
      assertThat(probe.latest()).as("too old to be told").isNull();
    }
  }
}
