package dev.outrail.bench.question.flow;

import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.Load;
import dev.outrail.bench.kit.Micros;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Database;
import dev.outrail.launch.Mall;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/** Has a running mall paid, and follows each payment through it. */
final class Payments {

  private static final int CALLERS = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In which what comes twice has time to come. */
  private static final Duration AFTERWARDS = Duration.ofMillis(500);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Mall mall;
  private final Servers servers;
  private final Database database;
  private final MallOrders orders;

  Payments(Mall mall, Servers servers, Database database) {
    this.mall = mall;
    this.servers = servers;
    this.database = database;
    this.orders = new MallOrders(servers.mysql());
  }

  /** Returns when the last order's stock is sold, or a minute after the last request. */
  FlowFigures make(Start start, int rate, int count) {
    long first = orders.create(count);
    if (start == Start.NOTICE) {
      orders.createPayments(first, count);
    }
    Sightings sightings = new Sightings();
    String gtids = database.executedGtids();
    BinlogTail binlog = BinlogTail.behind(gtids, servers.mysql(), sightings);
    try (binlog;
        TopicTail topics = TopicTail.fromNow(servers.kafka(), sightings)) {
      MallUsage before = MallUsage.of(mall, database);
      Written requests = pay(start.payer(mall), first, rate, count);
      var cpu = MallUsage.of(mall, database).percentSince(before);
      awaitSold(sightings, count);
      topics.requireReading();
      return new FlowFigures(
          first,
          count,
          requests,
          sightings,
          binlog.delay(),
          cpu,
          orders.undone(first, count),
          orders.oversold());
    }
  }

  private static Written pay(LongPredicate payer, long first, int rate, int count) {
    Load load = new Load(first, CALLERS, CALLERS, 0);
    try {
      return load.open(
          payment -> {
            if (!payer.test(payment.seq())) {
              throw new IllegalStateException("Order " + payment.seq() + " could not be paid");
            }
          },
          rate,
          count);
    } catch (Exception e) {
      throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
  }

  private static void awaitSold(Sightings sightings, int count) {
    long deadline = Micros.now() + TimeUnit.NANOSECONDS.toMicros(PATIENCE.toNanos());
    while (sightings.count(Hop.SOLD) < count && Micros.now() < deadline) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    LockSupport.parkNanos(AFTERWARDS.toNanos());
  }
}
