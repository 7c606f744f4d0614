package dev.outrail.bench.question.lateness;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Mode;
import dev.outrail.bench.contender.Running;
import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Pause;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.Usage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.measure.effect.EffectsConsumer;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One contender under load: open loop at rising rates, each event timed from the return of its
 * commit to a {@code read_committed} reader; and then, when a consumer runs too, to the commit of
 * its effect.
 */
public final class Lateness {

  private static final int WRITERS = 10;
  private static final int KEYS = 1_000;
  private static final int BYTES = 256;

  /** What is left of the load. */
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private final Stage stage;
  private final Database database;

  public Lateness(Stage stage, Database database) {
    this.stage = stage;
    this.database = database;
  }

  public void run(
      LatenessPlan plan, Contender contender, int round, Consumer<Measurement> results) {
    String id = contender.description().id();
    Scene scene = stage.scene(id, contender.databases(), plan.payments(), WRITERS);
    try {
      contender.createTables(scene);
      try (Arrivals arrivals = Arrivals.of(scene.servers().kafka(), scene.topic());
          Running running = contender.start(scene, Mode.LIVE)) {
        Recorder recorder = new Recorder("lateness", "", id, round, results);
        WriterClient writer = new WriterClient(running.writer(), WRITERS, KEYS, BYTES);
        Steps steps = new Steps(database, writer, arrivals, running);
        long first = steps(plan, steps, scene, recorder);
        idle(plan.idle(), running, id, round, results);
        if (!plan.highest().isEmpty()) {
          recorder
              .in("highest")
              .record("sustainable_per_s", highest(plan.highest(), writer, arrivals, first));
        }
      }
    } finally {
      stage.strike(scene);
      database.purgeBinlogs();
    }
  }

  /**
   * A consumer, if there is one, gets warm with all others and is frozen while "visible" is timed:
   * it uses no CPU then.
   *
   * @return the number of the next payment
   */
  private static long steps(LatenessPlan plan, Steps steps, Scene scene, Recorder recorder) {
    long first = plan.warmUp().count();
    LatenessPlan.Step effects = plan.effects();
    try (EffectsConsumer consumer =
        effects == null ? null : EffectsConsumer.start(scene, plan.payments())) {
      steps.warmUp(plan.warmUp(), consumer);
      if (consumer != null) {
        consumer.pause();
      }
      for (LatenessPlan.Step step : plan.steps()) {
        steps.visible(step, first, recorder.in(step.rate() + "/s"));
        first += step.count();
      }
      if (consumer != null && effects != null) {
        consumer.resume();
        steps.effects(effects, first, consumer, recorder.in(effects.rate() + "/s"));
        first += effects.count();
      }
    }
    return first;
  }

  private void idle(
      Duration duration, Running running, String id, int round, Consumer<Measurement> results) {
    if (duration.isZero()) {
      return;
    }
    Pause.of(SETTLES_WITHIN);
    Usage carrier = Usage.of(running.carrying());
    Usage mysqld = database.usage();
    Pause.of(duration);
    double carrierCpu = Usage.of(running.carrying()).cpuPercentSince(carrier);
    Recorder writer = new Recorder("writer", "idle", id, round, results);
    writer.record("carrier_cpu_pct", carrierCpu);
    if (database.tellsUsage()) {
      writer.record("mysqld_cpu_pct", database.usage().cpuPercentSince(mysqld));
    }
    Recorder idle = new Recorder("idle", "idle", id, round, results);
    idle.record("idle_cpu_pct", carrierCpu);
    idle.record("idle_rss_mb", Usage.residentMegabytes(running.carrying()));
  }

  private static double highest(
      List<Integer> rates, WriterClient writer, Arrivals arrivals, long first) {
    int held = 0;
    long next = first;
    for (int rate : rates) {
      int count = rate * (int) LatenessPlan.TRIED_FOR.toSeconds();
      var written = writer.open(next, count, rate);
      long lasted = written.ended() - written.begun();
      boolean reached = lasted < 1.05e6 * LatenessPlan.TRIED_FOR.toSeconds();
      next += count;
      boolean kept = arrivals.await(next, LatenessPlan.HELD_WITHIN, LatenessPlan.HELD_WITHIN);
      if (!reached || !kept) {
        arrivals.await(next, PATIENCE, SILENCE);
        break;
      }
      held = rate;
    }
    return held;
  }
}
