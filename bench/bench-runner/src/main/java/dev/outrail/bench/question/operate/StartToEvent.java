package dev.outrail.bench.question.operate;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.Micros;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How soon after its start a contender publishes.
 *
 * <p>For a reader of the binlog, one event waits behind the position at which it is told to begin:
 * the time is that of what carries, alone. The others carry in the process that pays: theirs is the
 * time of that application's start, and of the first payment made in it right after.
 */
public final class StartToEvent {

  private static final int BYTES = 256;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String WAITING =
      """
      INSERT INTO %s.outbox (id, aggregatetype, aggregateid, type, payload)
      VALUES (UUID(), '%s', '0', 'payment.succeeded.v1', '%s')
      """;

  private final Stage stage;
  private final Database database;

  public StartToEvent(Stage stage, Database database) {
    this.stage = stage;
    this.database = database;
  }

  /**
   * @param contender one that publishes
   */
  public void run(Contender contender, int round, Consumer<Measurement> results) {
    String id = contender.description().id();
    Recorder recorder = new Recorder("idle", "start", id, round, results);
    if (contender.readsBinlog()) {
      inScene(contender, scene -> startBehindAnEvent(contender, scene, recorder));
    } else {
      inScene(contender, scene -> startAndPay(contender, scene, recorder));
    }
  }

  private void inScene(Contender contender, Consumer<Scene> measurement) {
    Scene scene = stage.scene(contender.description().id(), contender.databases(), 1, 1);
    try {
      contender.createTables(scene);
      measurement.accept(scene);
    } finally {
      stage.strike(scene);
      database.purgeBinlogs();
    }
  }

  @SuppressWarnings("try") // it only has to run
  private void startBehindAnEvent(Contender contender, Scene scene, Recorder recorder) {
    String before = database.executedGtids();
    stage
        .servers()
        .mysql()
        .execute(
            WAITING.formatted(
                scene.databases().get(0), scene.topic(), Payment.of(0, 1, BYTES).json()));
    try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic())) {
      long begun = Micros.now();
      try (Running running = contender.start(beginningAt(before, scene), Mode.CARRY_ONLY)) {
        recordFirst(arrivals, begun, recorder);
      }
    }
  }

  private void startAndPay(Contender contender, Scene scene, Recorder recorder) {
    try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic())) {
      long begun = Micros.now();
      try (Running running = contender.start(scene, Mode.LIVE)) {
        new WriterClient(running.writer(), 1, 1, BYTES).closed(0, 1, PATIENCE);
        recordFirst(arrivals, begun, recorder);
      }
    }
  }

  private static void recordFirst(Arrivals arrivals, long begun, Recorder recorder) {
    if (arrivals.await(1, PATIENCE, PATIENCE)) {
      recorder.record("start_to_first_event_s", (arrivals.first() - begun) / 1e6);
    }
    recorder.record("missing_events", 1 - arrivals.distinct());
    recorder.record("duplicate_events", arrivals.duplicates());
  }

  private static Scene beginningAt(String gtids, Scene scene) {
    return new Scene(
        scene.servers(),
        scene.name(),
        scene.databases(),
        scene.topic(),
        gtids,
        scene.writers(),
        scene.folder());
  }
}
