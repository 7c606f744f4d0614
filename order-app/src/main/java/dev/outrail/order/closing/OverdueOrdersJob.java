package dev.outrail.order.closing;

import jakarta.annotation.PreDestroy;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Looks for overdue orders again and again, on a thread of its own. It remembers nothing: what is
 * overdue stands in the database, and a restart, or another instance, goes on from there.
 */
@Component
class OverdueOrdersJob {

  private static final Logger log = LoggerFactory.getLogger(OverdueOrdersJob.class);
  private static final long PATIENCE_SECONDS = 5;

  private final CloseOverdue closeOverdue;
  private final ClosingProperties properties;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "overdue-orders");
            thread.setDaemon(true);
            return thread;
          });

  OverdueOrdersJob(CloseOverdue closeOverdue, ClosingProperties properties) {
    this.closeOverdue = closeOverdue;
    this.properties = properties;
  }

  @EventListener(ApplicationReadyEvent.class)
  void applicationIsReady() {
    long millis = properties.interval().toMillis();
    looking.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      while (closeOverdue.closeSome() && !looking.isShutdown()) {
        log.debug("More orders may be overdue");
      }
    } catch (RuntimeException e) {
      if (!looking.isShutdown()) {
        log.warn(
            "Overdue orders could not be closed, next try in {}: {}",
            properties.interval(),
            String.valueOf(e.getMessage()));
      }
    } catch (Error e) {
      // Thrown on, it would end the schedule, and no order would be closed any more.
      log.error("Closing overdue orders broke off, next try in {}", properties.interval(), e);
    }
  }

  /** Lets a batch under way end; one that does not is rolled back. */
  @PreDestroy
  void stop() {
    looking.shutdown();
    try {
      if (!looking.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        looking.shutdownNow();
      }
    } catch (InterruptedException e) {
      looking.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
