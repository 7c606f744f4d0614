package dev.outrail.relay;

import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.problem.Fatal;
import dev.outrail.relay.problem.TransientException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the number of quarantined events for status and metrics: counts anew, on a thread of its
 * own, whenever it may have changed; the first time that reads the topic. Thread-safe.
 */
final class QuarantineCount implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(QuarantineCount.class);

  private static final int DELAY_SECONDS = 2;

  private final Quarantine quarantine;
  private final RelayFacts facts;
  private final AtomicBoolean due = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "quarantine-count");
            made.setDaemon(true);
            return made;
          });

  QuarantineCount(Quarantine quarantine, RelayFacts facts) {
    this.quarantine = quarantine;
    this.facts = facts;
  }

  /** Counts in a moment: not while a take-over has better things to do. */
  @SuppressWarnings("FutureReturnValueIgnored") // the counting tells of its own failures
  void refresh() {
    if (due.compareAndSet(false, true)) {
      thread.schedule(Fatal.guarded(this::count), DELAY_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void count() {
    due.set(false);
    try {
      facts.quarantined(quarantine.size());
    } catch (TransientException e) {
      log.debug("The quarantine cannot be counted now: {}", e.getMessage());
    }
  }
}
