package dev.outrail.bench.poller;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the rows of the table: take, send all, wait for the broker, delete, commit. While
 * batches are full it goes on at once, else it sleeps. A crash between the broker's answer and the
 * commit publishes a batch twice.
 */
final class Poller {

  private static final Logger log = LoggerFactory.getLogger(Poller.class);

  private final Database database;
  private final PolledOutbox outbox;
  private final Events events;
  private final Duration interval;

  Poller(Database database, PolledOutbox outbox, Events events, Duration interval) {
    this.database = database;
    this.outbox = outbox;
    this.events = events;
    this.interval = interval;
  }

  /** Polls until this process ends. */
  void start() {
    Thread thread = new Thread(this::run, "poller");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        if (!pollSafely()) {
          Thread.sleep(interval.toMillis());
        }
      }
    } catch (InterruptedException e) {
      log.info("Interrupted: polling ends");
    }
  }

  /** Whether the batch was full, so that there may be more. */
  private boolean pollSafely() throws InterruptedException {
    try {
      return poll();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log.error("A batch failed and stays in the table", e);
      return false;
    }
  }

  private boolean poll() throws Exception {
    int[] taken = {0};
    database.inReadCommitted(
        connection -> {
          List<PolledOutbox.Row> rows = outbox.take(connection);
          if (!rows.isEmpty()) {
            events.publish(rows);
            outbox.delete(connection, rows);
          }
          taken[0] = rows.size();
        });
    return taken[0] == outbox.batch();
  }
}
