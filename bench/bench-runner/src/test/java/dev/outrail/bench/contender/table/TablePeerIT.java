package dev.outrail.bench.contender.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.testbed.Testbed;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the one of them that starts fastest; the bench's own smoke run has them all. */
class TablePeerIT {

  private static final int PAYMENTS = 200;

  private final Contender poller = TablePeers.poller("poller-50ms", "Poller", "PT0.05S");
  private Scene scene;

  @BeforeEach
  void makeScene(@TempDir Path folder) {
    Stage stage = new Stage(new Servers(Testbed.shared()), folder);
    scene = stage.scene("poller", 1, PAYMENTS, 4);
    poller.createTables(scene);
  }

  @Test
  void what_is_stored_while_nobody_publishes_is_published_by_the_next_start() {
    try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic())) {

      try (Running storing = poller.start(scene, Mode.WRITE_ONLY)) {
        new WriterClient(storing.writer(), 4, 16, 250).closed(0, PAYMENTS, Duration.ofMinutes(1));
      }
      assertThat(arrivals.distinct()).isZero();
      try (Running carrying = poller.start(scene, Mode.CARRY_ONLY)) {
        assertThatThrownBy(carrying::writer).isInstanceOf(IllegalStateException.class);
        await().until(() -> arrivals.distinct() == PAYMENTS);
      }

      assertThat(arrivals.duplicates()).isZero();
      assertThat(arrivals.reordered()).isZero();
    }
  }
}
