package dev.outrail.segmentid;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Unique, positive numbers for one tag, across all processes that share the table {@code
 * leaf_alloc(biz_tag, max_id, step, random_step)}.
 *
 * <p>Double-buffered: while one segment is handed out, the next is fetched in the background, as
 * soon as half of the current one is gone. So a slow table, or one that is down for a while, costs
 * callers nothing until a whole segment has been used up in the meantime.
 *
 * <p>Numbers increase within a process. Across processes they only roughly do, and a restart leaves
 * out what was left of its segments: gaps are normal. {@code random_step} above 1 skips up to that
 * many numbers before each segment, so that numbers do not tell how many there are.
 *
 * <p>Fetching uses its own short transaction, never the caller's: a number stays used though the
 * caller rolls back. Thread-safe.
 */
public final class SegmentIds {

  private static final Logger log = LoggerFactory.getLogger(SegmentIds.class);

  private final String tag;
  private final SegmentSource source;
  private final Executor background;
  private final Duration patience;

  private final ReentrantLock lock = new ReentrantLock();
  private long nextId = 1;
  private long lastId;
  private long refillAt;
  private @Nullable CompletableFuture<Segment> standby;

  SegmentIds(String tag, SegmentSource source, Executor background, Duration patience) {
    this.tag = tag;
    this.source = source;
    this.background = background;
    this.patience = patience;
  }

  /**
   * @param tag the {@code biz_tag} of the row to take from
   * @param background runs the fetches; at most one at a time
   * @param patience how long {@link #next} waits in all when both buffers are empty
   */
  public static SegmentIds on(
      JdbcClient jdbc,
      PlatformTransactionManager transactionManager,
      String tag,
      Executor background,
      Duration patience) {
    return new SegmentIds(
        tag, new JdbcSegmentSource(jdbc, transactionManager, tag), background, patience);
  }

  /**
   * The next number.
   *
   * @throws SegmentIdsExhaustedException if both buffers are empty and no segment came within the
   *     patience; no number was used, a later call may succeed
   */
  public long next() {
    long deadline = System.nanoTime() + patience.toNanos();
    lockUntil(deadline);
    try {
      if (nextId > lastId) {
        use(awaitSegment(deadline));
      }
      long id = nextId++;
      if (id >= refillAt && !fetchUnderWay()) {
        standby = fetch();
        // Should this fetch fail, the next try comes after a tenth of what is left.
        refillAt = id + Math.max(1, (lastId - id) / 10);
      }
      return id;
    } finally {
      lock.unlock();
    }
  }

  private void lockUntil(long deadline) {
    try {
      if (!lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new SegmentIdsExhaustedException(tag, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SegmentIdsExhaustedException(tag, e);
    }
  }

  private boolean fetchUnderWay() {
    return standby != null && !standby.isCompletedExceptionally();
  }

  private void use(Segment segment) {
    nextId = segment.first();
    lastId = segment.last();
    refillAt = segment.first() + segment.size() / 2;
  }

  private CompletableFuture<Segment> fetch() {
    return CompletableFuture.supplyAsync(source::next, background)
        .whenComplete(
            (segment, failure) -> {
              if (failure != null) {
                log.warn(
                    "No new segment for '{}' from table leaf_alloc; tried again at the next id: {}",
                    tag,
                    failure.getMessage());
              }
            });
  }

  private Segment awaitSegment(long deadline) {
    CompletableFuture<Segment> fetching = standby;
    if (fetching == null || fetching.isCompletedExceptionally()) {
      fetching = fetch();
      standby = fetching;
    }
    try {
      Segment segment = fetching.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      standby = null;
      return segment;
    } catch (ExecutionException e) {
      standby = null;
      throw new SegmentIdsExhaustedException(tag, e.getCause());
    } catch (TimeoutException e) {
      // The fetch goes on: whoever asks next finds its segment.
      throw new SegmentIdsExhaustedException(tag, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SegmentIdsExhaustedException(tag, e);
    }
  }
}
