package dev.outrail.bench.question.drain;

import dev.outrail.bench.contender.Running;
import dev.outrail.bench.kit.Micros;
import dev.outrail.bench.measure.Arrivals;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Usage;
import dev.outrail.testbed.process.ManagedProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks at one drain, from before the contender's process starts. */
record Meter(Database database, Usage mysqld, long expected) {

  /** Longer than any start of a contender's process. */
  private static final Duration SILENCE = Duration.ofSeconds(90);

  private static final Duration ECHO = Duration.ofSeconds(1);

  static Meter start(Database database, long expected) {
    return new Meter(database, database.usage(), expected);
  }

  /** Waits until all events are in the topic, or the time is over. */
  DrainResult watch(Running running, Arrivals arrivals, Duration atMost) {
    boolean complete = arrivals.await(expected, atMost, SILENCE);
    long events = arrivals.distinct();
    long first = arrivals.first();
    long last = arrivals.last();
    Costs costs = costs(running.carrying());
    arrivals.await(Long.MAX_VALUE, ECHO, ECHO); // what comes behind the last one is one too many
    return new DrainResult(
        events,
        (last - first) / 1e6,
        costs.cpu(),
        costs.mysqldCpu(),
        costs.peakMegabytes(),
        complete,
        complete || silent(last) ? expected - arrivals.distinct() : 0,
        arrivals.duplicates(),
        arrivals.reordered());
  }

  /** The same for a contender that publishes nothing. */
  DrainResult watch(Running running, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Running.ReadCount count = count(running);
    while (count.events() < expected && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      count = count(running);
    }
    Costs costs = costs(running.carrying());
    return new DrainResult(
        count.events(),
        (count.last() - count.first()) / 1e6,
        costs.cpu(),
        costs.mysqldCpu(),
        costs.peakMegabytes(),
        count.events() >= expected,
        0,
        Math.max(0, count.events() - expected),
        0);
  }

  /** Then what has not come is lost, not late. */
  private static boolean silent(long last) {
    return Micros.now() - last > TimeUnit.NANOSECONDS.toMicros(SILENCE.toNanos());
  }

  private record Costs(double cpu, double mysqldCpu, double peakMegabytes) {}

  private Costs costs(List<ManagedProcess> carrying) {
    return new Costs(
        Usage.of(carrying).cpu().toNanos() / 1e9,
        database.tellsUsage() ? database.usage().cpuSecondsSince(mysqld) : Double.NaN,
        Usage.peakResidentMegabytes(carrying));
  }

  private static Running.ReadCount count(Running running) {
    return running
        .readCount()
        .orElseThrow(() -> new IllegalStateException("It publishes nothing and counts nothing"));
  }
}
