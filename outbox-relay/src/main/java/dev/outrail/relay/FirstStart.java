package dev.outrail.relay;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableSnapshot;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.PublisherSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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
 */
final class FirstStart {

  private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

  private final RelayConfig config;
  private final PublisherSettings settings;
  private final String owner;
  private final InstantSource clock;
  private final RelayStatus status;
  private final Stop stop;

  FirstStart(
      RelayConfig config,
      PublisherSettings settings,
      String owner,
      InstantSource clock,
      RelayStatus status,
      Stop stop) {
    this.config = config;
    this.settings = settings;
    this.owner = owner;
    this.clock = clock;
    this.status = status;
    this.stop = stop;
  }

  /** Leaves a position in Kafka, unless asked to stop before there is one. */
  void run(MySqlServer server) throws InterruptedException {
    if (!awaitFirstTransaction(server)) {
      return;
    }
    try (Publisher publisher =
        Publisher.open(
            config.from() == RelayConfig.From.BEGINNING
                ? settings.withTransactionTimeout(config.kafka().snapshotTimeout())
                : settings,
            owner,
            clock)) {
      if (publisher.position() != null) {
        return;
      }
      switch (config.from()) {
        case BEGINNING -> beginning(server, publisher);
        case NOW -> {
          String now = TableSnapshot.executed(server);
          publisher.publish(List.of(), Position.at(now));
          log.info("First start from now on: position {}", now);
        }
      }
    }
  }

  private void beginning(MySqlServer server, Publisher publisher) throws InterruptedException {
    status.state(State.SNAPSHOT, "publishing the rows that are in the outbox tables already");
    try (TableSnapshot snapshot = TableSnapshot.open(server, config.tables())) {
      long[] count = {0};
      publisher.transaction(
          sender ->
              snapshot.read(
                  row -> {
                    Instant createdAt = row.createdAt();
                    sender.accept(row, createdAt == null ? clock.instant() : createdAt);
                    if (++count[0] % 10_000 == 0) {
                      status.turn(true, 0);
                      stop.throwIfAsked();
                    }
                  }),
          Position.at(snapshot.position()));
      status.published((int) count[0], snapshot.position(), "", 0);
      log.info(
          "First start: {} rows were in the outbox and are published; position {}",
          count[0],
          snapshot.position());
    }
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
      if (stop.await(Duration.ofMillis(500))) {
        return false;
      }
    }
    return true;
  }
}
