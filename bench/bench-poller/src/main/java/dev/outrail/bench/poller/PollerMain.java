package dev.outrail.bench.poller;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.PayTables;
import dev.outrail.bench.kit.PaymentWriter;
import dev.outrail.bench.kit.WriterAgent;
import java.time.Duration;

/** Makes payments in one of three ways, which {@code --bench.way=} names. */
public final class PollerMain {

  private static final String WAY = "bench.way";
  private static final String INTERVAL = "poll.interval";
  private static final String BATCH = "poll.batch";

  private PollerMain() {}

  public static void main(String[] arguments) throws Exception {
    BenchArgs args = BenchArgs.parse(arguments);
    Database database = Database.open(args);
    WriterAgent.start(args.number(BenchArgs.PORT), writer(args, database));
  }

  private static PaymentWriter writer(BenchArgs args, Database database) throws Exception {
    String way = args.get(WAY);
    return switch (way) {
      case "no-outbox" ->
          payment -> database.inTransaction(connection -> PayTables.pay(connection, payment));
      case "dual-write" -> new DualWriter(database, Events.connect(args));
      case "poller" -> pollingWriter(args, database);
      default ->
          throw new IllegalArgumentException(
              "Unknown way '%s' in --%s: it is 'no-outbox', 'dual-write' or 'poller'"
                  .formatted(way, WAY));
    };
  }

  private static PaymentWriter pollingWriter(BenchArgs args, Database database) throws Exception {
    PolledOutbox outbox = new PolledOutbox(args.number(BATCH));
    database.inTransaction(outbox::create);
    if (args.publish()) {
      new Poller(database, outbox, Events.connect(args), Duration.parse(args.get(INTERVAL)))
          .start();
    }
    return payment ->
        database.inTransaction(
            connection -> {
              PayTables.pay(connection, payment);
              outbox.append(connection, payment);
            });
  }
}
