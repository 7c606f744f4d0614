package dev.outrail.bench.question.drain;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Those who keep events in tables of their own publish a backlog that their own library has
 * written. It is written once, and put back before each round.
 */
public final class TableDrain {

  private static final int WRITERS = 8;
  private static final int KEYS = 1_000;

  /** When a drain is cut off. */
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  private final Stage stage;
  private final Database database;

  public TableDrain(Stage stage, Database database) {
    this.stage = stage;
    this.database = database;
  }

  /**
   * Has each contender publish a backlog of its own in each round; needs a spec of one database.
   */
  public void run(
      BacklogSpec spec, List<Contender> contenders, int rounds, Consumer<Measurement> results) {
    Map<Contender, KeptTables> backlogs = new LinkedHashMap<>();
    try {
      for (Contender contender : contenders) {
        backlogs.put(contender, write(contender, spec));
      }
      for (int round = 1; round <= rounds; round++) {
        for (Map.Entry<Contender, KeptTables> backlog : backlogs.entrySet()) {
          KeptTables kept = backlog.getValue();
          if (round > 1) {
            database.waitForDisk(false);
            kept.putBack();
            database.waitForDisk(true);
          }
          String id = backlog.getKey().description().id();
          Scene scene = stage.sameRows(kept.scene(), id, "", true);
          drain(backlog.getKey(), scene, spec.events())
              .record(new Recorder("drain", spec.label(), id, round, results));
          stage.clearTopic(scene, true);
        }
      }
    } finally {
      backlogs.values().forEach(kept -> kept.drop(stage));
      database.purgeBinlogs();
    }
  }

  private KeptTables write(Contender contender, BacklogSpec spec) {
    Scene scene = stage.scene(contender.description().id(), 1, spec.events(), WRITERS);
    contender.createTables(scene);
    database.waitForDisk(false);
    try (Running running = contender.start(scene, Mode.WRITE_ONLY)) {
      new WriterClient(running.writer(), WRITERS, KEYS, spec.bytes())
          .closed(0, spec.events(), Duration.ofHours(1));
    } finally {
      database.waitForDisk(true);
    }
    return KeptTables.of(scene);
  }

  private DrainResult drain(Contender contender, Scene scene, int events) {
    try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic())) {
      Meter meter = Meter.start(database, events);
      try (Running running = contender.start(scene, Mode.CARRY_ONLY)) {
        return meter.watch(running, arrivals, AT_MOST);
      }
    }
  }
}
