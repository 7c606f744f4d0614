package dev.outrail.payment.refund;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Runs a round of refunds at each interval, and at once again while there are more than a batch, on
 * a thread of its own. No failure ends it: what is due stays due.
 */
@Component
final class RefundJob implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RefundJob.class);
  private static final int PATIENCE_SECONDS = 5;

  private final RefundRound round;
  private final DueRefunds dueRefunds;
  private final RefundMetrics metrics;
  private final RefundProperties properties;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "refunds");
            made.setDaemon(true);
            return made;
          });

  RefundJob(
      RefundRound round,
      DueRefunds dueRefunds,
      RefundMetrics metrics,
      RefundProperties properties) {
    this.round = round;
    this.dueRefunds = dueRefunds;
    this.metrics = metrics;
    this.properties = properties;
  }

  @EventListener(ApplicationReadyEvent.class)
  @SuppressWarnings("FutureReturnValueIgnored") // the rounds tell of their own failures
  void applicationIsReady() {
    long millis = properties.interval().toMillis();
    thread.scheduleWithFixedDelay(this::runWhatIsDue, millis, millis, TimeUnit.MILLISECONDS);
  }

  void runWhatIsDue() {
    try {
      int taken;
      do {
        taken = round.run(thread::isShutdown);
      } while (taken == properties.batchSize() && !thread.isShutdown());
      metrics.waiting(dueRefunds.waiting());
    } catch (RuntimeException e) {
      log.warn("No refunds now, next try in {}: {}", properties.interval(), e.getMessage());
    } catch (Error e) {
      // Thrown on, it would end the schedule, and nobody would be paid back any more.
      log.error("A round of refunds broke off, next try in {}", properties.interval(), e);
    }
  }

  /**
   * Lets the refund that is being asked for end, within {@value #PATIENCE_SECONDS} s. What was
   * taken and not asked for waits until its lease is over.
   */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
