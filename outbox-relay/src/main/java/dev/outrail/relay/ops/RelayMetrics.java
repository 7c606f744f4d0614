package dev.outrail.relay.ops;

import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.purge.Purge;
import dev.outrail.relay.purge.PurgeListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The relay's figures under stable names, in Prometheus' text format. Thread-safe. */
public final class RelayMetrics implements PurgeListener, AutoCloseable {

  private static final Duration LAG_PATIENCE = Duration.ofMillis(500);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final InstantSource clock;
  private final RelayFacts facts;
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final LagProbe probe;
  private final DistributionSummary runEvents;
  private final Timer commit;
  private final Timer lateness;
  private final Counter retries;
  private final Counter purgedRows;
  private final Counter purgedPartitions;
  private final Counter purgeFailures;
  private final MultiGauge blocked;
  private final AtomicLong lastPurge = new AtomicLong();

  public RelayMetrics(RelayStatus status, RelayFacts facts, LagProbe probe, InstantSource clock) {
    this.probe = probe;
    this.clock = clock;
    this.facts = facts;
    FunctionCounter.builder(
            "outrail.relay.events.published", status, s -> s.look().eventsPublished())
        .description("Events committed to Kafka by this process")
        .register(registry);
    Gauge.builder("outrail.relay.lag", probe, LagProbe::seconds)
        .baseUnit("seconds")
        .description(
            "Time since the commit in MySQL of the oldest change that may be unpublished, in whatever state the relay is")
        .register(registry);
    Gauge.builder("outrail.relay.queue", status, s -> s.look().waiting())
        .baseUnit("events")
        .description("Events read from MySQL and not yet published")
        .register(registry);
    Gauge.builder("outrail.relay.ready", status, s -> s.look().ready() ? 1 : 0)
        .description("1 while events that commit now are published now, else 0")
        .register(registry);
    for (State state : State.values()) {
      Gauge.builder("outrail.relay.state", status, s -> s.look().state() == state ? 1 : 0)
          .tag("state", state.name())
          .description("1 for the state that the relay is in, 0 for the others")
          .register(registry);
    }
    for (RelayFacts.Role role : RelayFacts.Role.values()) {
      Gauge.builder("outrail.relay.role", facts, f -> f.look().role() == role ? 1 : 0)
          .tag("role", role.name())
          .description("1 for the role that the relay has among those of its name, 0 for the other")
          .register(registry);
    }
    Gauge.builder("outrail.relay.paused", facts, f -> f.look().paused() != null ? 1 : 0)
        .description("1 while an operator has paused the relay, else 0")
        .register(registry);
    Gauge.builder("outrail.relay.quarantined", facts, f -> f.look().quarantined())
        .baseUnit("events")
        .description("Events that could not be published and wait for an operator's decision")
        .register(registry);
    blocked =
        MultiGauge.builder("outrail.relay.blocked")
            .description(
                "Events of a topic that wait, in order, until Kafka's ACLs let the relay write there; absent otherwise")
            .register(registry);
    Gauge.builder("outrail.relay.standbys", facts, f -> f.look().standbys())
        .description("Other relays of this name that are ready to take over, as far as known")
        .register(registry);
    FunctionCounter.builder("outrail.relay.takeovers", facts, f -> f.look().takeovers())
        .description("Times that this process became the active relay of its name")
        .register(registry);
    Gauge.builder(
            "outrail.relay.lag.transactions",
            probe,
            p -> known(p.latest(), LagProbe.Lag::transactions))
        .description(
            "Transactions of whatever tables that MySQL has executed beyond the position; NaN while not known")
        .register(registry);
    Gauge.builder("outrail.relay.lag.events", probe, p -> known(p.latest(), LagProbe.Lag::events))
        .description(
            "Outbox rows behind the last published one; NaN while not known, and for other ids than UUIDv7")
        .register(registry);
    runEvents =
        DistributionSummary.builder("outrail.relay.run")
            .baseUnit("events")
            .description("Events in one Kafka transaction")
            .register(registry);
    commit =
        Timer.builder("outrail.relay.commit")
            .description("Time from the begin of a Kafka transaction to its commit")
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
    lateness =
        Timer.builder("outrail.relay.lateness")
            .description(
                "Time from the commit in MySQL to the commit in Kafka, for the last event of each run")
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
    retries =
        Counter.builder("outrail.relay.retries")
            .description("Times that the relay had to begin anew from the position in Kafka")
            .register(registry);
    purgedRows =
        Counter.builder("outrail.relay.purged.rows")
            .description("Outbox rows deleted by this process, without those in dropped partitions")
            .register(registry);
    purgedPartitions =
        Counter.builder("outrail.relay.purged.partitions")
            .description("Partitions of outbox tables dropped by this process")
            .register(registry);
    purgeFailures =
        Counter.builder("outrail.relay.purge.failures")
            .description("Times that an outbox table could not be purged; tried again each time")
            .register(registry);
    Gauge.builder("outrail.relay.purge.last", lastPurge, time -> time.get() / 1000.0)
        .baseUnit("seconds")
        .description(
            "When the last pass of the purge ended without a failure, in seconds since 1970; 0 if none has")
        .register(registry);
    Gauge.builder(
            "outrail.relay.purge.held.back",
            facts,
            f -> f.look().heldBack().stream().mapToLong(RelayFacts.HeldBack::rows).sum())
        .baseUnit("rows")
        .description(
            "Outbox rows past retention that stay because the relay may never have read them; of each table %d are counted"
                .formatted(Purge.HELD_BACK_COUNTED))
        .register(registry);
    List.of(new JvmMemoryMetrics(), gc, new ProcessorMetrics())
        .forEach(binder -> binder.bindTo(registry));
  }

  public void run(int events, Duration took, Duration late) {
    runEvents.record(events);
    commit.record(took);
    lateness.record(late.isNegative() ? Duration.ZERO : late);
  }

  public void retry() {
    retries.increment();
  }

  @Override
  public void rowsDeleted(long rows) {
    purgedRows.increment((double) rows);
  }

  @Override
  public void partitionDropped() {
    purgedPartitions.increment();
  }

  @Override
  public void heldBack(TableName table, long rows, Instant readSince) {
    facts.heldBack(
        new RelayFacts.HeldBack(
            table.toString(), rows, readSince.equals(Coverage.NOTHING) ? null : readSince));
  }

  @Override
  public void purgeFailed() {
    purgeFailures.increment();
  }

  @Override
  public void purgePassed() {
    lastPurge.set(clock.millis());
  }

  private static double known(
      LagProbe.@Nullable Lag lag, Function<LagProbe.Lag, @Nullable Long> figure) {
    Long known = lag == null ? null : figure.apply(lag);
    return known == null ? Double.NaN : known;
  }

  String scrape() {
    probe.await(LAG_PATIENCE);
    blocked.register(
        facts.look().held().byTopic().entrySet().stream()
            .map(
                held ->
                    MultiGauge.Row.of(
                        Tags.of("topic", held.getKey()), (double) held.getValue().count()))
            .toList(),
        true);
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
