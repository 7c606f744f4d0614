package dev.outrail.relay.ops;

import dev.outrail.relay.position.HeldTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the operator's pages and metrics tell besides {@link RelayStatus}: role, pause, quarantine,
 * the other relays of the name, a replay in work. Written by the relay's thread, read by HTTP
 * threads; each setter takes effect at once.
 *
 * <p>Thread-safe.
 */
public final class RelayFacts {

  /** What a relay is among those of its name. */
  public enum Role {
    /** Reads and publishes, or is paused or halted while it holds the lease. */
    ACTIVE,
    /** Connected, and takes over when the active one is gone. */
    STANDBY
  }

  /** Who paused the relay, why, and when. */
  public record Paused(String by, String reason, Instant since) {}

  /** How far a replay is. */
  public record ReplayProgress(String operationId, long published, long selected) {}

  /**
   * Rows of a table that are past retention, and not purged as the relay may never have read them.
   *
   * @param rows counted up to a bound
   * @param coveredSince rows created from then on count as read; null if that is not known of any
   */
  public record HeldBack(String table, long rows, @Nullable Instant coveredSince) {}

  /**
   * One consistent look.
   *
   * @param standbys other relays of the name that wait; known to the active one only
   * @param takeovers how often this process became the active one
   * @param activeAddress {@code http://host:port} of the active relay, null if not known
   * @param heldBack by table, where there are any
   * @param held the topics whose events wait until Kafka lets the relay write there
   * @param lastPublishedId id of the last event that this process published, null before the first
   */
  public record Look(
      Role role,
      @Nullable Paused paused,
      int quarantined,
      long takeovers,
      int standbys,
      @Nullable String activeAddress,
      @Nullable String lastPublishedId,
      @Nullable ReplayProgress replay,
      List<HeldBack> heldBack,
      HeldTopics held) {}

  private Role role = Role.STANDBY;
  private @Nullable Paused paused;
  private int quarantined;
  private long takeovers;
  private int standbys;
  private @Nullable String activeAddress;
  private @Nullable String lastPublishedId;
  private @Nullable ReplayProgress replay;
  private @Nullable Duration rowsKept;
  private HeldTopics held = HeldTopics.NONE;
  private final SortedMap<String, HeldBack> heldBack = new TreeMap<>();

  /** How long the purge leaves rows in the outbox tables; null if it never removes any. */
  public synchronized void rowsKept(@Nullable Duration atLeast) {
    rowsKept = atLeast;
  }

  /** How long rows stay in the outbox tables; null: for ever, which is so unless told otherwise. */
  public synchronized @Nullable Duration rowsKept() {
    return rowsKept;
  }

  /** Holds the lease and has fenced the others; counts as a take-over unless it was active. */
  public synchronized void active() {
    if (role != Role.ACTIVE) {
      takeovers++;
    }
    role = Role.ACTIVE;
  }

  /**
   * Waits for its turn.
   *
   * @param address of the active one, null if not known
   */
  public synchronized void standby(@Nullable String address) {
    role = Role.STANDBY;
    activeAddress = address;
    standbys = 0;
    replay = null;
    heldBack.clear();
  }

  public synchronized void activeAddress(@Nullable String address) {
    activeAddress = address;
  }

  public synchronized void paused(@Nullable Paused now) {
    paused = now;
  }

  public synchronized void quarantined(int count) {
    quarantined = count;
  }

  public synchronized void held(HeldTopics now) {
    held = now;
  }

  /** How many relays of the name wait behind this active one. */
  public synchronized void standbys(int known) {
    standbys = known;
  }

  public synchronized void lastPublished(String eventId) {
    lastPublishedId = eventId;
  }

  /** Null once it has ended. */
  public synchronized void replay(@Nullable ReplayProgress progress) {
    replay = progress;
  }

  /** What the purge has found last of this table. */
  public synchronized void heldBack(HeldBack found) {
    if (found.rows() == 0) {
      heldBack.remove(found.table());
    } else {
      heldBack.put(found.table(), found);
    }
  }

  public synchronized Look look() {
    return new Look(
        role,
        paused,
        quarantined,
        takeovers,
        standbys,
        activeAddress,
        lastPublishedId,
        replay,
        List.copyOf(heldBack.values()),
        held);
  }
}
