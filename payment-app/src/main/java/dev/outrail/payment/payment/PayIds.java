package dev.outrail.payment.payment;

import dev.outrail.segmentid.SegmentIds;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/** Gives each payment its number. Thread-safe. */
@Component
public class PayIds {

  private static final String TAG = "mall4cloud-pay";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ExecutorService fetching =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "pay-ids");
            thread.setDaemon(true);
            return thread;
          });
  private final SegmentIds ids;

  PayIds(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
    this.ids = SegmentIds.on(jdbc, transactionManager, TAG, fetching, PATIENCE);
  }

  /**
   * A number that no other payment has. Call it outside a transaction: it may wait for one of its
   * own.
   *
   * @throws dev.outrail.segmentid.SegmentIdsExhaustedException if none could be had within 5 s
   */
  public PayId next() {
    return new PayId(ids.next());
  }

  @PreDestroy
  void stop() {
    fetching.shutdownNow();
  }
}
