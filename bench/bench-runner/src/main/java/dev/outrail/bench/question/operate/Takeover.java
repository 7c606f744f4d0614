package dev.outrail.bench.question.operate;

import dev.outrail.bench.contender.OutboxWriter;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import dev.outrail.testbed.process.FreePorts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Our relay is killed under load while another of its name stands by, and is stopped and started
 * again without one: for how long a reader sees nothing, and whether anything is missing or there
 * twice in the end.
 */
public final class Takeover {

  private static final String CONTENDER = "outrail";

  private final Stage stage;
  private final Database database;
  private final OperatePlan plan;

  public Takeover(Stage stage, Database database, OperatePlan plan) {
    this.stage = stage;
    this.database = database;
    this.plan = plan;
  }

  /** Kills as often as planned, then stops and starts as often as planned. */
  public void run(int round, Consumer<Measurement> results) {
    Recorder recorder =
        new Recorder("idle", "ends at " + LoadedRelays.RATE + "/s", CONTENDER, round, results);
    long payments = (long) (plan.takeovers() + plan.restarts()) * LoadedRelays.COUNT;
    Scene scene = stage.scene(CONTENDER, 1, payments, LoadedRelays.WRITERS);
    int port = FreePorts.reserve();
    try {
      RelayOfPair.createAccount(scene);
      try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic());
          RelayOfPair first = RelayOfPair.of(scene, 1).start();
          RelayOfPair second = RelayOfPair.of(scene, 2);
          var writer = OutboxWriter.start(scene, port)) {
        LoadedRelays loaded = new LoadedRelays(OutboxWriter.agent(port), arrivals);
        RelayOfPair active = takeOver(loaded, first, second, recorder);
        restart(loaded, active, recorder);
        writer.kill(); // nothing more is written
        loaded.recordCorrectness(recorder);
      }
    } finally {
      stage.strike(scene);
      database.purgeBinlogs();
    }
  }

  /** Returns the one that is active in the end; the other is not running. */
  private RelayOfPair takeOver(
      LoadedRelays loaded, RelayOfPair first, RelayOfPair second, Recorder recorder) {
    RelayOfPair active = first;
    RelayOfPair standby = second;
    List<Long> gaps = new ArrayList<>();
    for (int i = 0; i < plan.takeovers(); i++) {
      standby.start();
      gaps.add(loaded.silenceOf(active::kill));
      RelayOfPair killed = active;
      active = standby;
      standby = killed;
    }
    record("takeover_gap", gaps, recorder);
    return active;
  }

  private void restart(LoadedRelays loaded, RelayOfPair relay, Recorder recorder) {
    List<Long> gaps = new ArrayList<>();
    for (int i = 0; i < plan.restarts(); i++) {
      gaps.add(
          loaded.silenceOf(
              () -> {
                relay.stop();
                relay.start();
              }));
    }
    record("restart_gap", gaps, recorder);
  }

  /** The median and the longest. */
  private static void record(String name, List<Long> micros, Recorder recorder) {
    int size = micros.size();
    if (size > 0) {
      Collections.sort(micros);
      double median = (micros.get((size - 1) / 2) + micros.get(size / 2)) / 2.0;
      recorder.record(name + "_ms", median / 1e3);
      recorder.record(name + "_longest_ms", micros.get(size - 1) / 1e3);
    }
  }
}
