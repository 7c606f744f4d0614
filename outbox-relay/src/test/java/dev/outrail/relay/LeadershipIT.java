package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.relay.leadership.Leadership;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who has the lease, of two that want it. */
class LeadershipIT {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofSeconds(2);

  @Test
  void whoeverHangsLosesTheLeaseAndHasItAgainOnceItWorks() throws Exception {
    AtomicBoolean works = new AtomicBoolean(true);
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        Leadership hangs = join(relay, works)) {
      assertThat(hangs.await(SOON)).isTrue();
      try (Leadership heir = join(relay, new AtomicBoolean(true))) {
        await().atMost(SOON).until(() -> hangs.standbys() == 1);

        works.set(false);
        assertThat(heir.await(SOON)).isTrue();
        assertThat(hangs.held()).isFalse();
        assertThat(hangs.waits()).as("it asks for nothing while it hangs").isFalse();
      }
      assertThat(hangs.await(Duration.ofSeconds(1))).as("free, and not taken").isFalse();

      works.set(true);
      assertThat(hangs.await(SOON)).isTrue();
    }
  }

  private static Leadership join(RelayHarness relay, AtomicBoolean works) {
    return Leadership.join(() -> OutboxRows.server(relay), relay.suffix, LEASE, works::get);
  }
}
