package dev.outrail.order.submit;

import dev.outrail.segmentid.SegmentIds;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/** Gives each order its number. Thread-safe. */
@Component
class OrderIds {

  private static final String TAG = "mall4cloud-order";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ExecutorService fetching =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "order-ids");
            thread.setDaemon(true);
            return thread;
          });
  private final SegmentIds ids;

  OrderIds(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
    this.ids = SegmentIds.on(jdbc, transactionManager, TAG, fetching, PATIENCE);
  }

  /**
   * A number that no other order has, larger than those that the caller got before. Call it outside
   * a transaction: it may wait for one of its own.
   *
   * @throws dev.outrail.segmentid.SegmentIdsExhaustedException if none could be had within 5 s
   */
  long next() {
    return ids.next();
  }

  @PreDestroy
  void stop() {
    fetching.shutdownNow();
  }
}
