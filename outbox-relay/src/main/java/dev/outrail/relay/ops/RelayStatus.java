package dev.outrail.relay.ops;

import dev.outrail.relay.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truth about the relay, written by the relay's thread and read by the HTTP threads. Logs each
 * change of state, once.
 *
 * <p>Thread-safe.
 */
public final class RelayStatus {

  private static final Logger log = LoggerFactory.getLogger(RelayStatus.class);

  /** A loop turns four times a second; one that has not turned for this long hangs. */
  private static final Duration HANGS_AFTER = Duration.ofSeconds(60);

  /** A first start waits that long, at most, for locks or for the server to sort the rows. */
  private static final Duration SNAPSHOT_HANGS_AFTER = Duration.ofMinutes(10);

  /** Less is how long the way takes, not a lag. */
  private static final Duration TIMELY = Duration.ofSeconds(1);

  /** One that has not turned for this long waits for a server's answer, and publishes nothing. */
  private static final Duration HELD_UP_AFTER = Duration.ofSeconds(3);

  /**
   * One consistent look.
   *
   * @param ready whether this process does its part: the active one publishes now what commits now,
   *     a standby is connected and reads along
   * @param since when the state began
   * @param lastTurn when the relay's thread last showed that it runs
   * @param gtids the completed GTID set that Kafka has confirmed, empty before the first
   * @param partial the transaction in work and how many of its rows are confirmed, empty if none
   * @param lagSeconds seconds between a commit in MySQL and now, for the oldest change that may be
   *     unpublished; before anything is known of a position, since the start of this process
   */
  public record Snapshot(
      State state,
      boolean ready,
      Instant since,
      Instant lastTurn,
      boolean connected,
      String gtids,
      String partial,
      double lagSeconds,
      int waiting,
      long eventsPublished,
      @Nullable Instant lastPublishedAt,
      @Nullable Problem lastProblem,
      @Nullable Instant lastProblemAt) {}

  private final InstantSource clock;
  private final Throughput throughput;
  private State state = State.STARTING;
  private Instant since;
  private Instant lastTurn;
  private boolean connected;
  private String gtids = "";
  private String partial = "";
  private Instant publishedUpTo;
  private boolean timely;
  private int waiting;
  private long eventsPublished;
  private @Nullable Instant lastPublishedAt;
  private @Nullable Problem lastProblem;
  private @Nullable Instant lastProblemAt;

  public RelayStatus(InstantSource clock) {
    this.clock = clock;
    this.throughput = new Throughput(clock);
    this.since = clock.instant();
    this.lastTurn = since;
    this.publishedUpTo = since;
  }

  /** The relay's thread is alive. */
  public synchronized void turn(boolean connectedNow, int waitingNow) {
    lastTurn = clock.instant();
    connected = connectedNow;
    waiting = waitingNow;
  }

  public synchronized void state(State next, String why) {
    lastTurn = clock.instant();
    if (next != state) {
      state = next;
      since = clock.instant();
      connected = connected && (next == State.RUNNING || next == State.STANDBY);
      log.info("{}: {}", next, why);
    }
  }

  /** A new attempt; while earlier ones have failed, the state stays what it is. */
  public synchronized void starting(String why) {
    lastTurn = clock.instant();
    if (state != State.RETRYING && state != State.STANDBY && state != State.HALTED) {
      state = State.STARTING;
      since = clock.instant();
      log.info("{}: {}", State.STARTING, why);
    }
  }

  /** Trying again by itself, after this pause. */
  public synchronized void retrying(String why, Duration pause) {
    boolean repeated =
        state == State.RETRYING && lastProblem != null && lastProblem.what().equals(why);
    remember(
        new Problem(
            why,
            "None needed yet: the relay tries again by itself, in %d ms."
                .formatted(pause.toMillis())));
    enter(State.RETRYING);
    if (!repeated) {
      log.warn("RETRYING in {} ms: {}", pause.toMillis(), why);
    }
  }

  /** Waiting for a decision. */
  public synchronized void halted(Problem problem) {
    boolean repeated = state == State.HALTED && problem.equals(lastProblem);
    remember(problem);
    enter(State.HALTED);
    if (repeated) {
      return; // tried again by itself
    }
    log.error("HALTED, nothing is published until this is decided: {}", problem);
  }

  /** Kafka has committed a run. */
  public synchronized void published(int events, String completedGtids, String partialTransaction) {
    gtids = completedGtids;
    partial = partialTransaction;
    if (events > 0) {
      eventsPublished += events;
      throughput.add(events);
      lastPublishedAt = clock.instant();
    }
  }

  /** Kafka has committed events that the position had passed already. */
  public synchronized void publishedLate(int events) {
    published(events, gtids, partial);
  }

  /**
   * Everything is published that was committed before, as whoever reads the binlog has just found.
   * If that is a moment ago, it counts as all there is, until something is read that is older.
   */
  public synchronized void readUpTo(Instant committed) {
    timely = Duration.between(committed, clock.instant()).compareTo(TIMELY) < 0;
    publishedUpTo = committed;
  }

  /** Everything is published that was committed before; what came since is not known yet. */
  public synchronized void publishedUpTo(Instant committed) {
    timely = false;
    publishedUpTo = committed;
  }

  /** Whether what was read last had been committed just before. */
  public synchronized boolean isTimely() {
    return timely;
  }

  public Throughput throughput() {
    return throughput;
  }

  public synchronized Snapshot look() {
    Instant now = clock.instant();
    boolean heldUp = Duration.between(lastTurn, now).compareTo(HELD_UP_AFTER) > 0;
    boolean flowing = (state == State.RUNNING || state == State.STANDBY) && connected && !heldUp;
    double lag = flowing && timely ? 0 : Duration.between(publishedUpTo, now).toMillis() / 1000.0;
    return new Snapshot(
        state,
        flowing,
        since,
        lastTurn,
        connected,
        gtids,
        partial,
        Math.max(0, lag),
        waiting,
        eventsPublished,
        lastPublishedAt,
        lastProblem,
        lastProblemAt);
  }

  /**
   * Whether the process works as a process; restarting a halted one would not help, so that one
   * counts as alive.
   */
  public boolean alive() {
    Snapshot look = look();
    Duration hangsAfter = look.state() == State.SNAPSHOT ? SNAPSHOT_HANGS_AFTER : HANGS_AFTER;
    return look.state() == State.HALTED
        || Duration.between(look.lastTurn(), clock.instant()).compareTo(hangsAfter) < 0;
  }

  private void enter(State next) {
    lastTurn = clock.instant();
    connected = false;
    if (state != next) {
      state = next;
      since = clock.instant();
    }
  }

  private void remember(Problem problem) {
    lastProblem = problem;
    lastProblemAt = clock.instant();
  }
}
