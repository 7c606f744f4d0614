package dev.outrail.relay;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.ShapeReader;
import dev.outrail.relay.capture.TableShapes;
import dev.outrail.relay.capture.TableSnapshot;
import dev.outrail.relay.check.HistoryCheck;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.PublisherSettings;
import dev.outrail.relay.publish.QuarantineRecord;
import dev.outrail.relay.publish.UnpublishableException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start without a position: decides where the relay begins, and puts that into Kafka before
 * anything else happens.
 *
 * <p><b>beginning</b>: all rows that are in the outbox tables, and the exact position they belong
 * to, go out in <em>one</em> Kafka transaction. There is no position inside a snapshot, because
 * there need be none: a crash at any moment leaves either nothing, and the next start takes a new
 * snapshot, or everything.
 *
 * <p><b>now</b>: the current GTID set becomes the position; what commits from then on is published.
 *
 * <p><b>gtid</b>: a given GTID set becomes the position, if the server's binlog can be read from
 * there.
 */
final class FirstStart {

  private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

  private static final long TURN_NANOS = Duration.ofSeconds(1).toNanos();

  private final RelayContext context;
  private final RelayConfig config;
  private final RelayStatus status;
  private final Function<PublisherSettings, Publisher> publishers;

  FirstStart(RelayContext context, Function<PublisherSettings, Publisher> publishers) {
    this.context = context;
    this.config = context.config();
    this.status = context.status();
    this.publishers = publishers;
  }

  /** Leaves a position in Kafka, unless asked to stop before there is one. */
  void run(MySqlServer server) throws InterruptedException {
    if (!awaitFirstTransaction(server)) {
      return;
    }
    PublisherSettings settings = context.wiring().publisher();
    try (Publisher publisher =
        publishers.apply(
            config.from() instanceof RelayConfig.From.Beginning
                ? settings.withTransactionTimeout(config.kafka().snapshotTimeout())
                : settings)) {
      if (publisher.begin().position() != null) {
        return;
      }
      context.wiring().checks(server).requireFirstStartable();
      RelayConfig.From from = config.from();
      if (from instanceof RelayConfig.From.Beginning) {
        beginning(server, publisher);
      } else if (from instanceof RelayConfig.From.Gtids gtids) {
        gtids(server, publisher, gtids.set());
      } else {
        now(server, publisher);
      }
    }
  }

  private void now(MySqlServer server, Publisher publisher) {
    ShapeReader reader = new ShapeReader(server, config.tables());
    TableShapes before = reader.present();
    String now = TableSnapshot.executed(server);
    TableShapes shapes = shapesAt(now, before, reader);
    publisher.publish(
        List.of(), Position.at(now), publisher.records().tables(shapes.json(), fromNowOn(server)));
    log.info("First start from now on: position {}", now);
  }

  /** The present shapes may be younger than the set; they are stored by the next cycle, as such. */
  private void gtids(MySqlServer server, Publisher publisher, String set) {
    new HistoryCheck(server).requireStartable(set);
    publisher.transaction(
        sender -> sender.record(publisher.records().tables(null, fromNowOn(server))),
        Position.at(set));
    log.info("First start behind the GTID set that was asked for: position {}", set);
  }

  /** What is in the tables by now may never be published; the purge must leave it alone. */
  private Coverage fromNowOn(MySqlServer server) {
    return context.wiring().coverage(server).goingOn(Coverage.UNKNOWN);
  }

  /**
   * The shapes at a GTID set that was read between two looks at the tables.
   *
   * @throws TransientException if a table was altered meanwhile; the next attempt takes a new set
   */
  private static TableShapes shapesAt(String set, TableShapes before, ShapeReader reader) {
    TableShapes after = reader.present();
    if (!after.isSameAs(before)) {
      throw new TransientException(
          "An outbox table was altered during the first start at " + set, null);
    }
    return after.exact();
  }

  private void beginning(MySqlServer server, Publisher publisher) throws InterruptedException {
    status.state(State.SNAPSHOT, "publishing the rows that are in the outbox tables already");
    ShapeReader reader = new ShapeReader(server, config.tables());
    TableShapes before = reader.present();
    try (TableSnapshot snapshot = TableSnapshot.open(server, config.tables())) {
      TableShapes shapes = shapesAt(snapshot.position(), before, reader);
      long count = publishPatiently(snapshot, shapes, publisher);
      status.published((int) count, snapshot.position(), "");
      log.info(
          "First start: {} rows that were in the outbox are published; position {}",
          count,
          snapshot.position());
    }
  }

  /** Its view stays as it is, however often Kafka refuses something that is in it. */
  private long publishPatiently(TableSnapshot snapshot, TableShapes shapes, Publisher publisher) {
    while (true) {
      try {
        return publish(snapshot, shapes, publisher);
      } catch (UnpublishableException e) { // the next attempt quarantines it
        status.turn(true, 0);
        context.stop().throwIfAsked();
      }
    }
  }

  private long publish(TableSnapshot snapshot, TableShapes shapes, Publisher publisher) {
    long[] count = {0};
    long[] turned = {System.nanoTime()};
    long heldBefore = publisher.held().numbered();
    List<QuarantineRecord> quarantined =
        publisher.transaction(
            sender -> {
              snapshot.read(
                  row -> {
                    sender.row(row, row.createdBy(context.clock().instant()));
                    count[0]++;
                    if (System.nanoTime() - turned[0] > TURN_NANOS) {
                      turned[0] = System.nanoTime();
                      status.turn(true, 0);
                      context.stop().throwIfAsked();
                    }
                  });
              // Last: what is open in the position topic keeps relays of other names from reading
              // on.
              Coverage coverage = Coverage.of(config.tables(), table -> Coverage.EVERYTHING);
              sender.record(publisher.records().tables(shapes.json(), coverage));
            },
            Position.at(snapshot.position()));
    return count[0] - quarantined.size() - (publisher.held().numbered() - heldBefore);
  }

  /**
   * A server that has executed no transaction at all has no position to start from. Nothing can be
   * missed by waiting for one: whatever it is, it is in the snapshot.
   */
  private boolean awaitFirstTransaction(MySqlServer server) throws InterruptedException {
    boolean told = false;
    while (TableSnapshot.executed(server).isEmpty()) {
      if (!told) {
        log.info("MySQL has executed no transaction with a GTID yet; waiting for the first");
        told = true;
      }
      status.turn(false, 0);
      if (context.stop().await(Duration.ofMillis(500))) {
        return false;
      }
    }
    return true;
  }
}
