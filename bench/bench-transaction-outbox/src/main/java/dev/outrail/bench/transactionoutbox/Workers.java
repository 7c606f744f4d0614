package dev.outrail.bench.transactionoutbox;

import com.gruelbox.transactionoutbox.TransactionOutbox;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that make the stored calls. When their queue is full, a writer's entry is refused, so
 * that it stays in the table for later; the background thread waits for a free place. Both are what
 * the library's documentation of {@code ExecutorSubmitter} allows. Thread-safe.
 */
final class Workers implements Executor {

  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  private final ThreadPoolExecutor pool;
  private volatile @Nullable Thread background;

  Workers(int threads, int queue) {
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            (task, executor) -> {
              if (!Thread.currentThread().equals(background)) {
                throw new RejectedExecutionException("The queue is full");
              }
              putPatiently(task, executor);
            });
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  private static void putPatiently(Runnable task, ThreadPoolExecutor executor) {
    try {
      executor.getQueue().put(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("Interrupted while waiting for a free place", e);
    }
  }

  /** The loop of the library's README: flush until nothing is left, then pause. */
  void flushInBackground(TransactionOutbox outbox, Duration pause) {
    Thread thread = new Thread(() -> flushForever(outbox, pause), "flush");
    thread.setDaemon(true);
    background = thread;
    thread.start();
  }

  private static void flushForever(TransactionOutbox outbox, Duration pause) {
    while (!Thread.interrupted()) {
      try {
        boolean more = true;
        while (more) {
          more = outbox.flush();
        }
      } catch (RuntimeException e) {
        log.error("Flushing failed; pausing", e);
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
