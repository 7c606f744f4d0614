package dev.outrail.messaging.retention;

import dev.outrail.messaging.inbox.InboxPurge;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Purges the inbox now and then, on a thread of its own, each time only after the {@link
 * RetentionGuard} has found nothing that could come back.
 *
 * <p>At the start the guard is asked once before anything else: a retention that is too short stops
 * the start. If Kafka or the relay cannot be asked then, the application starts, and nothing is
 * purged until they can. What changes later (a topic's retention, a group that lags) is found by
 * the next round, which purges nothing then and logs an error.
 */
public final class InboxRetention implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(InboxRetention.class);
  private static final int ROWS_AT_ONCE = 1_000;

  private final Duration retention;
  private final @Nullable Duration retentionForForeignIds;
  private final Duration interval;
  private final RetentionGuard guard;
  private final InboxPurge purge;
  private volatile State state = State.UNKNOWN;
  private volatile boolean running;
  private @Nullable ScheduledExecutorService thread;

  /** What the last round came to. */
  public enum State {
    /** There was none yet, or something could not be asked, or the database failed. */
    UNKNOWN,
    /** Old marks are gone. */
    PURGED,
    /** Nothing was purged: the retention is too short. */
    REFUSED
  }

  /**
   * @param retention of marks whose ids tell when they were made
   * @param retentionForForeignIds of all others, at least as long; null: they are never purged
   * @param interval the pause between two rounds
   */
  public InboxRetention(
      Duration retention,
      @Nullable Duration retentionForForeignIds,
      Duration interval,
      RetentionGuard guard,
      InboxPurge purge) {
    this.retention = retention;
    this.retentionForForeignIds = retentionForForeignIds;
    this.interval = interval;
    this.guard = guard;
    this.purge = purge;
  }

  /** What the last round came to. */
  public State state() {
    return state;
  }

  /**
   * @throws RetentionTooShortException if it is known now to be too short. Not if only a lag is
   *     that long: an application that does not start would never catch up; nothing is purged then
   */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void start() {
    try {
      guard.check();
    } catch (RetentionTooShortException e) {
      if (!e.passes()) {
        throw e;
      }
      log.error("Nothing is purged from the inbox for the moment: {}", e.getMessage());
    } catch (HorizonUnknownException e) {
      log.warn("Nothing is purged from the inbox for the moment: {}", e.getMessage());
    }
    running = true;
    ScheduledExecutorService started = newThread();
    started.scheduleWithFixedDelay(
        this::round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    thread = started;
  }

  private static ScheduledExecutorService newThread() {
    return Executors.newSingleThreadScheduledExecutor(
        work -> {
          Thread made = new Thread(work, "inbox-purge");
          made.setDaemon(true);
          return made;
        });
  }

  /** One check, and one purge if it allows it. Never throws. */
  void round() {
    try {
      guard.check();
      for (String consumer : purge.consumers()) {
        tell(consumer, retention, purge.purge(consumer, retention, ROWS_AT_ONCE));
        if (retentionForForeignIds != null) {
          tell(
              consumer,
              retentionForForeignIds,
              purge.purgeForeignIds(consumer, retentionForForeignIds, ROWS_AT_ONCE));
        }
      }
      state = State.PURGED;
    } catch (RetentionTooShortException e) {
      state = State.REFUSED;
      log.error("Nothing is purged from the inbox: {}", e.getMessage());
    } catch (HorizonUnknownException e) {
      state = State.UNKNOWN;
      log.warn("Nothing is purged from the inbox for the moment: {}", e.getMessage());
    } catch (RuntimeException e) {
      state = State.UNKNOWN;
      log.warn("The inbox could not be purged, next try in {}", interval, e);
    }
  }

  private static void tell(String consumer, Duration age, long gone) {
    if (gone > 0) {
      log.info("Purged {} marks of '{}' that were older than {}", gone, consumer, age);
    }
  }

  @Override
  public void stop() {
    running = false;
    ScheduledExecutorService started = thread;
    if (started != null) {
      started.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
