package dev.outrail.bench.question.flow;

import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.Recorder;
import dev.outrail.launch.Mall;
import dev.outrail.launch.MallOptions;
import dev.outrail.launch.MallPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The whole mall as real processes, paid at by open loop: from when a request was due until its
 * stock is sold, two hops through outbox, relay and inbox. Figures of the shop's call have the rate
 * as their scenario, those of the provider's notice {@code notice, } before it.
 *
 * <p>Commits are taken from a tail of the binlog in this process, events from a {@code
 * read_committed} reader in it; the delay of both is part of what is measured.
 */
public final class WholeFlow {

  private static final String CONTENDER = "outrail";

  /** More than the mall can take. */
  private static final int MOST_PER_SECOND = 400;

  private final Servers servers;
  private final Database database;
  private final Path folder;
  private final FlowPlan plan;

  /**
   * @param folder for the logs of the mall's processes
   */
  public WholeFlow(Servers servers, Database database, Path folder, FlowPlan plan) {
    this.servers = servers;
    this.database = database;
    this.folder = folder;
    this.plan = plan;
  }

  /** Starts the mall, and measures at each rate with each kind of start. */
  public void run(int round, Consumer<Measurement> results) {
    MallOptions options =
        MallOptions.empty()
            .with("payment-app", "--outrail.payment.sandbox.confirm-after=0ms")
            .withJvmArgs("-XX:TieredStopAtLevel=4");
    Path logs = folder.resolve("mall-" + round);
    try (Mall mall = Mall.on(servers.testbed(), MallPorts.free(), logs, options)) {
      mall.start();
      Recorder recorder = new Recorder("flow", "", CONTENDER, round, results);
      Payments payments = new Payments(mall, servers, database);
      for (Start start : Start.values()) {
        Duration warmUp = plan.warmUp(start);
        if (!warmUp.isZero()) {
          payments.warmUp(start, FlowPlan.payments(MOST_PER_SECOND, warmUp), warmUp);
        }
        for (int rate : plan.rates()) {
          payments
              .make(start, rate, FlowPlan.payments(rate, plan.measured()))
              .recordTo(recorder.in(start.scenario(rate)));
        }
      }
    }
    database.purgeBinlogs();
  }
}
