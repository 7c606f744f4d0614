package dev.outrail.bench.question.flow;

import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.kit.Load;
import dev.outrail.bench.kit.PaymentWriter;
import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Database;
import dev.outrail.bench.measure.Pause;
import dev.outrail.launch.Mall;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongPredicate;

/** Has a running mall paid, and follows each payment through it. */
final class Payments {

  private static final int CALLERS = 32;
  private static final int WARM_UP_CALLERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In which what comes twice has time to come. */
  private static final Duration AFTERWARDS = Duration.ofMillis(500);

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** For questions that the server has to search for. */
  private static final Duration SELDOM = Duration.ofSeconds(1);

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
    long first = create(start, count);
    Sightings sightings = new Sightings();
    String gtids = database.executedGtids();
    BinlogTail binlog = BinlogTail.behind(gtids, servers.mysql(), sightings);
    try (binlog;
        TopicTail topics = TopicTail.fromNow(servers.kafka(), sightings)) {
      MallUsage before = MallUsage.of(mall, database);
      Load load = new Load(first, CALLERS, CALLERS, 0);
      Written requests = made(() -> load.open(paying(start.payer(mall)), rate, count));
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

  /**
   * Pays without timing anything, each caller its next order when the last one is answered: with
   * JVMs that are new, payments at a rate would leave a backlog. Returns when all that was paid is
   * sold.
   *
   * @param atMost how many payments
   */
  void warmUp(Start start, int atMost, Duration duration) {
    long first = create(start, atMost);
    PaymentWriter payer = paying(start.payer(mall));
    Load load = new Load(first, WARM_UP_CALLERS, WARM_UP_CALLERS, 0);
    int made = made(() -> load.closed(payer, atMost, duration.toNanos() / 1_000)).size();
    if (!Pause.until(() -> atMost - orders.undone(first, atMost) >= made, SELDOM, PATIENCE)) {
      throw new IllegalStateException("The payments of the warm-up do not come to their end");
    }
  }

  private long create(Start start, int count) {
    long first = orders.create(count);
    if (start == Start.NOTICE) {
      orders.createPayments(first, count);
    }
    return first;
  }

  private static Written made(Callable<Written> payments) {
    try {
      return payments.call();
    } catch (Exception e) {
      throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
  }

  private static PaymentWriter paying(LongPredicate payer) {
    return payment -> {
      if (!payer.test(payment.seq())) {
        throw new IllegalStateException("Order " + payment.seq() + " could not be paid");
      }
    };
  }

  private static void awaitSold(Sightings sightings, int count) {
    Pause.until(() -> sightings.count(Hop.SOLD) >= count, PAUSE, PATIENCE);
    Pause.of(AFTERWARDS);
  }
}
