package dev.outrail.relay.capture;

import io.debezium.connector.mysql.gtid.MySqlGtidSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reading of a relay that waits for its turn: it reads the binlog as the active one does, and
 * forgets what that one has published. When its turn comes, what is left is what has to be
 * published next, and the connection is warm.
 *
 * <p>Bounded like the hand-off: when the active one falls behind, this one stops reading, too.
 *
 * <p>For one thread.
 */
public final class ReadAlong implements EventSource {

  private static final int MAX_TOPICS = 1_000;

  private final EventSource capture;
  private final int maxEvents;
  private final long maxBytes;
  private final ArrayDeque<CapturedEvent> pending = new ArrayDeque<>();
  private final Set<String> topics = new LinkedHashSet<>();
  private long pendingBytes;
  private boolean level;
  private boolean hasRead;
  private boolean hasNews;
  private @Nullable Instant readUpTo;
  private String forgotten;
  private String read;
  private MySqlGtidSet published;

  /**
   * @param completed where the capture began
   * @param maxEvents events kept, at most
   * @param maxBytes bytes kept, about
   */
  public ReadAlong(EventSource capture, String completed, int maxEvents, long maxBytes) {
    this.capture = capture;
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
    this.forgotten = completed;
    this.read = completed;
    this.published = new MySqlGtidSet(completed);
  }

  /**
   * Reads on for a moment, and forgets all transactions that are published.
   *
   * @param completed the GTID set that is published now
   * @return false if that is not behind what was forgotten already: the position was moved back,
   *     and this reading is of no use any more
   */
  public boolean follow(String completed, Duration atMost) throws InterruptedException {
    if (!fits(completed)) {
      return false;
    }
    forget(completed);
    if (pending.size() < maxEvents && pendingBytes < maxBytes) {
      for (CapturedEvent event :
          capture.take(maxEvents - pending.size(), maxBytes - pendingBytes, atMost)) {
        pending.add(event);
        hasRead = true;
        hasNews = true;
        readUpTo = time(event, readUpTo);
        read = event instanceof CapturedEvent.Beat beat ? beat.completed() : read;
        pendingBytes += size(event);
        if (event instanceof CapturedEvent.Row row && topics.size() < MAX_TOPICS) {
          topics.add(row.row().aggregateType());
        }
      }
      forget(completed);
    } else {
      Thread.sleep(atMost.toMillis());
    }
    level = level || !pending.isEmpty() || published.isContainedWithin(new MySqlGtidSet(read));
    return true;
  }

  /** Whether anything has been read at all. */
  public boolean hasRead() {
    return hasRead;
  }

  /**
   * What was committed before is published, as far as it was read here: the time of the oldest
   * event that waits, else of what was read last.
   *
   * @param now the time of a server that has nothing more to send
   * @return null if nothing waits, and nothing was read since the last call
   */
  public @Nullable Instant upTo(Instant now) {
    for (CapturedEvent event : pending) {
      if (event instanceof CapturedEvent.Row row) {
        return row.committedAt();
      }
    }
    if (!hasNews) {
      return null;
    }
    hasNews = false;
    return readUpTo == null ? now : readUpTo;
  }

  /** Whether everything that is published has been read here, too. */
  public boolean isLevel() {
    return level;
  }

  /** Where the events go that were read so far. */
  public Set<String> topics() {
    return Collections.unmodifiableSet(topics);
  }

  /** Whether a relay at this position can go on with what was read here. */
  public boolean fits(String completed) {
    return forgotten.equals(completed) || GtidSets.contains(completed, forgotten);
  }

  @Override
  public List<CapturedEvent> take(int count, long byteLimit, Duration wait)
      throws InterruptedException {
    if (pending.isEmpty()) {
      return capture.take(count, byteLimit, wait);
    }
    List<CapturedEvent> taken = new ArrayList<>();
    long bytes = 0;
    while (taken.size() < count && !pending.isEmpty()) {
      long next = size(pending.peek());
      if (!taken.isEmpty() && bytes + next > byteLimit) {
        break;
      }
      bytes += next;
      taken.add(pending.remove());
    }
    pendingBytes -= bytes;
    return taken;
  }

  @Override
  public void gather(int count, Duration atMost) throws InterruptedException {
    if (pending.isEmpty()) {
      capture.gather(count, atMost);
    }
  }

  @Override
  public int waiting() {
    return pending.size() + capture.waiting();
  }

  @Override
  public boolean connected() {
    return capture.connected();
  }

  @Override
  public void close() {
    capture.close();
  }

  private static @Nullable Instant time(CapturedEvent event, @Nullable Instant before) {
    if (event instanceof CapturedEvent.Row row) {
      return row.committedAt();
    }
    return event instanceof CapturedEvent.Beat beat ? beat.upTo() : before;
  }

  private void forget(String completed) {
    if (!completed.equals(forgotten)) {
      forgotten = completed;
      published = new MySqlGtidSet(completed);
    }
    while (headIsPublished()) {
      pendingBytes -= size(pending.remove());
    }
  }

  /** An ALTER is behind the position when an event behind it is. */
  private boolean headIsPublished() {
    for (CapturedEvent event : pending) {
      if (!(event instanceof CapturedEvent.Tables)) {
        return isPublished(event);
      }
    }
    return false;
  }

  private boolean isPublished(CapturedEvent event) {
    if (event instanceof CapturedEvent.Row row) {
      return published.contains(row.gtid());
    }
    return event instanceof CapturedEvent.Beat beat
        && new MySqlGtidSet(beat.completed()).isContainedWithin(published);
  }

  private static long size(CapturedEvent event) {
    return event instanceof CapturedEvent.Row row ? row.row().approximateSize() : 512;
  }
}
