package dev.outrail.relay.ops;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread for each connection that is being served, so that no client waits for another, and a
 * bound for how long one may keep its thread: whoever sends a request or takes an answer too slowly
 * is cut off. Thread-safe.
 */
final class ClientThreads implements Executor, AutoCloseable {

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor timer;
  private final Duration patience;
  private final ThreadLocal<@Nullable Serving> serving = new ThreadLocal<>();

  /**
   * @param atOnce connections, at most; the server accepts no more
   * @param patience with a client, for its request and for its answer together
   */
  ClientThreads(String name, int atOnce, Duration patience) {
    this.patience = patience;
    threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work -> daemon(work, name));
    threads.allowCoreThreadTimeOut(true);
    timer = new ScheduledThreadPoolExecutor(1, work -> daemon(work, name + "-timer"));
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Runs one exchange: it reads the request, answers it, and ends. */
  @Override
  public void execute(Runnable exchange) {
    threads.execute(
        () -> {
          Serving now = new Serving(Thread.currentThread());
          serving.set(now);
          now.waitForClient();
          try {
            exchange.run();
          } finally {
            now.waitNoMore();
            serving.remove();
          }
        });
  }

  /** What the relay does for the client whose exchange this thread runs; as long as it takes. */
  <T> T whileWeWork(Supplier<T> work) {
    Serving now = serving.get();
    if (now == null) {
      return work.get();
    }
    now.waitNoMore();
    try {
      return work.get();
    } finally {
      now.waitForClient();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    timer.shutdownNow();
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** One exchange on its thread. An interrupt closes the socket that the thread waits at. */
  private final class Serving {

    private final Thread thread;
    private @Nullable Future<?> cut;

    Serving(Thread thread) {
      this.thread = thread;
    }

    synchronized void waitForClient() {
      cut = timer.schedule(this::cutOff, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** On its own thread. Behind it no interrupt comes, and one that came is gone. */
    synchronized void waitNoMore() {
      if (cut != null) {
        cut.cancel(false);
        cut = null;
        Thread.interrupted();
      }
    }

    private synchronized void cutOff() {
      if (cut != null) {
        thread.interrupt();
      }
    }
  }
}
