package dev.outrail.bench.question.drain;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.contender.Turns;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** All readers of the binlog publish the same rows, one after the other, round after round. */
public final class BinlogDrain {

  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Stage stage;
  private final Database database;

  public BinlogDrain(Stage stage, Database database) {
    this.stage = stage;
    this.database = database;
  }

  /** Writes the backlog once, if there are contenders, and has each publish it in each round. */
  public void run(
      BacklogSpec spec, List<Contender> contenders, int rounds, Consumer<Measurement> results) {
    if (contenders.isEmpty()) {
      return;
    }
    Scene rows = stage.scene("backlog", spec.databases(), 0, 1);
    try {
      String before = database.executedGtids();
      Backlog.write(rows, spec, database);
      for (int round = 1; round <= rounds; round++) {
        for (Contender contender : Turns.inRound(round, contenders)) {
          String id = contender.description().id();
          Scene scene = stage.sameRows(rows, id, before, contender.publishesWhereRowsSay());
          drain(contender, scene, spec.events())
              .record(new Recorder("drain", spec.label(), id, round, results));
          stage.clearTopic(scene, contender.publishesWhereRowsSay());
        }
      }
    } finally {
      stage.strike(rows);
      database.purgeBinlogs();
    }
  }

  private DrainResult drain(Contender contender, Scene scene, int events) {
    contender.createTables(scene);
    if (contender.description().guarantee().publishes()) {
      try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic())) {
        Meter meter = Meter.start(database, events);
        try (Running running = contender.start(scene, Mode.CARRY_ONLY)) {
          return meter.watch(running, arrivals, PATIENCE);
        }
      }
    }
    Meter meter = Meter.start(database, events);
    try (Running running = contender.start(scene, Mode.CARRY_ONLY)) {
      return meter.watch(running, PATIENCE);
    }
  }
}
