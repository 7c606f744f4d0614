package dev.outrail.relay.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;

/** The relay's figures under stable names, in Prometheus' text format. Thread-safe. */
public final class RelayMetrics implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final DistributionSummary runEvents;
  private final Timer commit;
  private final Timer lateness;
  private final Counter retries;

  public RelayMetrics(RelayStatus status) {
    FunctionCounter.builder(
            "outrail.relay.events.published", status, s -> s.look().eventsPublished())
        .description("Events committed to Kafka by this process")
        .register(registry);
    Gauge.builder("outrail.relay.lag", status, s -> s.look().lagSeconds())
        .baseUnit("seconds")
        .description(
            "How late the relay is: time from the commit in MySQL for the oldest change that may be unpublished")
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

  String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
