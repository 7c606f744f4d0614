package dev.outrail.bench.question.lateness;

import dev.outrail.bench.contender.Running;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.MachineCpu;
import dev.outrail.bench.measure.Percentiles;
import dev.outrail.bench.measure.Usage;
import dev.outrail.bench.measure.WriterClient;
import dev.outrail.bench.measure.effect.EffectsConsumer;
import dev.outrail.bench.result.Recorder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Measures at one rate after the other, of one running contender. */
record Steps(Database database, WriterClient writer, Arrivals arrivals, Running running) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What comes behind the last event is one too many. */
  private static final Duration ECHO = Duration.ofMillis(700);

  private static final Duration SILENCE = Duration.ofSeconds(20);

  /** Writes, and waits until all of it has arrived, and is applied if somebody applies it. */
  void warmUp(LatenessPlan.Step step, @Nullable EffectsConsumer consumer) {
    writer.open(0, step.count(), step.rate());
    arrivals.await(step.count(), PATIENCE, SILENCE);
    if (consumer != null) {
      consumer.await(step.count(), PATIENCE);
    }
  }

  /**
   * Times how soon events are visible.
   *
   * @param first number of its first payment
   */
  void visible(LatenessPlan.Step step, long first, Recorder recorder) {
    long duplicates = arrivals.duplicates();
    long reordered = arrivals.reordered();
    Usage carrier = Usage.of(running.carrying());
    Usage mysqld = database.usage();
    MachineCpu machine = MachineCpu.watch();
    Written written = writer.open(first, step.count(), step.rate());
    double carrierCpu = Usage.of(running.carrying()).cpuPercentSince(carrier);
    double mysqldCpu =
        database.tellsUsage() ? database.usage().cpuPercentSince(mysqld) : Double.NaN;
    double machineCpu = machine.percent();
    arrivals.await(first + step.count(), PATIENCE, SILENCE);
    arrivals.await(Long.MAX_VALUE, ECHO, ECHO);

    long counted = first + step.warmUpCount();
    Percentiles visible = new Percentiles();
    Percentiles sinceDue = new Percentiles();
    long missing = 0;
    for (int i = 0; i < written.size(); i++) {
      long seen = arrivals.firstSeen(written.seq(i));
      missing += seen == 0 ? 1 : 0;
      if (written.seq(i) >= counted && seen != 0) {
        visible.record(seen - written.committed(i));
        sinceDue.record(seen - written.due(i));
      }
    }
    visible.emit("visible", recorder::record);
    sinceDue.emit("sincedue", recorder::record);
    recorder.record("achieved_per_s", written.size() / ((written.ended() - written.begun()) / 1e6));
    recorder.record("carrier_cpu_pct", carrierCpu);
    recorder.record("mysqld_cpu_pct", mysqldCpu);
    recorder.record("machine_cpu_pct", machineCpu);
    recorder.record("missing_events", missing);
    recorder.record("duplicate_events", arrivals.duplicates() - duplicates);
    recorder.record("reordered_events", arrivals.reordered() - reordered);
  }

  /**
   * Times how soon effects are committed, once the consumer has done what earlier steps have left.
   *
   * @param first number of its first payment
   */
  void effects(LatenessPlan.Step step, long first, EffectsConsumer consumer, Recorder recorder) {
    consumer.await(first, PATIENCE);
    Written written = writer.open(first, step.count(), step.rate());
    arrivals.await(first + step.count(), PATIENCE, SILENCE);
    consumer.await(first + step.count(), PATIENCE);
    arrivals.await(Long.MAX_VALUE, ECHO, ECHO);
    EffectTimes.of(consumer.effects()).record(written, first + step.warmUpCount(), recorder);
    recorder.record("effects_duplicate_events", consumer.check().repeated());
  }
}
