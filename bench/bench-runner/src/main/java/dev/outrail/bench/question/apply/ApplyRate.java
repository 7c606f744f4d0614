package dev.outrail.bench.question.apply;

import dev.outrail.bench.contender.Scene;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Stage;
import dev.outrail.bench.measure.Usage;
import dev.outrail.bench.measure.effect.EffectCheck;
import dev.outrail.bench.measure.effect.EffectsConsumer;
import dev.outrail.bench.measure.effect.EffectsConsumer.Apply;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A backlog of messages, applied through the inbox to a database: how many effects a second, at
 * what price, and whether each happens once. The messages lie in the topic before the consumer
 * starts; the effects of the plan's warm-up are not timed.
 *
 * <p>One by one, with a transaction for each message, is also what a consumer without the library
 * does that keeps its own table of seen ids.
 */
public final class ApplyRate {

  private static final String CONTENDER = "outrail";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Stage stage;
  private final Database database;
  private final ApplyPlan plan;

  public ApplyRate(Stage stage, Database database, ApplyPlan plan) {
    this.stage = stage;
    this.database = database;
    this.plan = plan;
  }

  /** Measures in batches and one by one, with as many redeliveries as the plan says. */
  public void run(int round, Consumer<Measurement> results) {
    for (int percentTwice : plan.percentTwice()) {
      String redelivered = percentTwice + " % redelivered";
      Recorder recorder = new Recorder("apply", "", CONTENDER, round, results);
      measure(Apply.BATCH, plan.batch(), percentTwice, recorder.in("batch, " + redelivered));
      measure(Apply.SINGLE, plan.single(), percentTwice, recorder.in("single, " + redelivered));
    }
  }

  private void measure(Apply apply, int effects, int percentTwice, Recorder recorder) {
    Deliveries deliveries = Deliveries.of(effects, percentTwice);
    Scene scene = stage.scene("apply", 1, 0, 1);
    try {
      Publisher.publish(deliveries, scene.servers().kafka(), scene.topic());
      try (EffectsConsumer consumer = EffectsConsumer.start(scene, effects, apply)) {
        watch(consumer, deliveries, recorder);
        record(consumer, effects, recorder);
      }
    } finally {
      stage.strike(scene);
      database.purgeBinlogs();
    }
  }

  private void watch(EffectsConsumer consumer, Deliveries deliveries, Recorder recorder) {
    List<Long> pid = List.of(consumer.process().pid());
    consumer.await(ApplyPlan.warmUp(deliveries.payments()), PATIENCE);
    long from = consumer.counts().applied();
    Usage before = Usage.ofPids(pid);
    Usage mysqldBefore = database.usage();
    consumer.awaitMessages(deliveries.size(), PATIENCE);
    double millions = (consumer.counts().applied() - from) / 1e6;
    if (millions > 0) {
      recorder.record("cpu_s_per_million", Usage.ofPids(pid).cpuSecondsSince(before) / millions);
    }
    if (millions > 0 && database.tellsUsage()) {
      recorder.record(
          "mysqld_cpu_s_per_million", database.usage().cpuSecondsSince(mysqldBefore) / millions);
    }
  }

  private static void record(EffectsConsumer consumer, int effects, Recorder recorder) {
    long[] committed = committed(consumer.effects());
    int timedFrom = ApplyPlan.warmUp(effects);
    if (committed.length > timedFrom + 1) {
      long micros = committed[committed.length - 1] - committed[timedFrom];
      recorder.record("effects_per_s", (committed.length - 1 - timedFrom) * 1e6 / micros);
    }
    EffectCheck check = consumer.check();
    recorder.record("effects_missing_events", effects - check.paid());
    recorder.record("effects_duplicate_events", check.repeated());
  }

  /** When effects had committed, ascending. */
  private static long[] committed(Written effects) {
    long[] committed = new long[effects.size()];
    for (int i = 0; i < committed.length; i++) {
      committed[i] = effects.committed(i);
    }
    Arrays.sort(committed);
    return committed;
  }
}
