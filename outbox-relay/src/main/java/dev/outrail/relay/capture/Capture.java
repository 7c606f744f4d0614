package dev.outrail.relay.capture;

import dev.outrail.relay.problem.Fatal;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of the binlog, from a given GTID set on. Holds no position of its own: a new reading
 * starts wherever it is told to. Reading runs on the connector's threads; the methods here are for
 * one publishing thread, except {@link #connected()} and {@link #waiting()}, which any thread may
 * ask.
 */
public final class Capture implements EventSource {

  private static final Logger log = LoggerFactory.getLogger(Capture.class);

  /** A lost connection usually comes with an error that says more; it gets this long to appear. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(1);

  /** Farewells to a half-open connection are answered by nobody. */
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(1);

  private final BinlogReader reader;
  private final ServerId serverId;
  private final HandOff<CapturedEvent> handOff;
  private final Duration deadAfter;
  private @Nullable Instant since;
  private long lastSignOfLife;
  private long lostSince;
  private boolean wasConnected;
  private boolean stopped;

  private Capture(
      BinlogReader reader,
      ServerId serverId,
      HandOff<CapturedEvent> handOff,
      Duration deadAfter,
      @Nullable Instant since) {
    this.since = since;
    this.reader = reader;
    this.serverId = serverId;
    this.handOff = handOff;
    this.deadAfter = deadAfter;
    this.lastSignOfLife = System.nanoTime();
  }

  /**
   * Starts reading all transactions that are not in {@code completed}.
   *
   * @param completed a GTID set, not empty
   * @param shapes what the outbox tables look like there; their changes from there on come as
   *     {@link CapturedEvent.Tables}
   * @throws HaltException through {@link CaptureFailures} if a table's shape cannot be understood
   * @throws TransientException if the server does not answer
   */
  public static Capture start(CaptureSettings settings, String completed, TableShapes shapes) {
    return start(settings, completed, shapes, null);
  }

  /**
   * The same, where the server may have more. It sends heartbeats also while it steps over what is
   * in {@code completed}, so until the first transaction comes they do not say that there is none.
   *
   * @param since when that committed up to which {@code completed} goes; null if the server has no
   *     more, or if it is not known
   */
  public static Capture start(
      CaptureSettings settings, String completed, TableShapes shapes, @Nullable Instant since) {
    HandOff<CapturedEvent> handOff =
        new HandOff<>(settings.queueMaxEvents(), settings.queueMaxBytes());
    try {
      BinlogReader reader = BinlogReader.start(settings, completed, handOff, shapes);
      return new Capture(reader, settings.serverId(), handOff, settings.deadAfter(), since);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Interrupted while the binlog reader started", e);
    } catch (RuntimeException e) {
      throw CaptureFailures.classify(e);
    }
  }

  /**
   * Takes what has been read since the last call, in binlog order. Returns as soon as there is
   * anything, else when the wait is over.
   *
   * @throws RuntimeException {@link TransientException} or a halt, once the reading has failed
   *     <em>and</em> everything read before the failure has been taken
   */
  @Override
  public List<CapturedEvent> take(int maxEvents, long maxBytes, Duration wait)
      throws InterruptedException {
    List<CapturedEvent> events = handOff.take(maxEvents, maxBytes, wait.toNanos());
    if (events.isEmpty()) {
      checkAlive();
      return List.of();
    }
    lastSignOfLife = System.nanoTime();
    wasConnected |= reader.connected();
    return since == null ? events : dated(events, since);
  }

  /** What comes before the first transaction says no more than was known. */
  private List<CapturedEvent> dated(List<CapturedEvent> events, Instant known) {
    List<CapturedEvent> dated = new ArrayList<>(events);
    for (int i = 0; i < dated.size(); i++) {
      if (dated.get(i) instanceof CapturedEvent.Beat beat && beat.upTo() == null) {
        dated.set(i, new CapturedEvent.Beat(beat.completed(), known));
      } else if (!(dated.get(i) instanceof CapturedEvent.Tables)) {
        since = null;
        break;
      }
    }
    return dated;
  }

  /**
   * Gives the binlog thread a moment to read more; returns early once {@code count} events wait.
   */
  @Override
  public void gather(int count, Duration atMost) throws InterruptedException {
    handOff.gather(count, atMost.toNanos());
  }

  @Override
  public int waiting() {
    return handOff.size();
  }

  @Override
  public boolean connected() {
    return !stopped && reader.connected() && reader.failure() == null;
  }

  private void checkAlive() {
    Throwable failure = reader.failure();
    if (failure != null) {
      if (handOff.size() == 0) {
        Fatal.rethrowError(failure);
        if (CaptureFailures.idIsTaken(failure)) {
          serverId.taken();
        }
        throw CaptureFailures.classify(failure);
      }
      return;
    }
    if (reader.connected()) {
      lostSince = 0;
      wasConnected = true;
    } else if (wasConnected) {
      lostSince = lostSince == 0 ? System.nanoTime() : lostSince;
      if (System.nanoTime() - lostSince > LOST_AFTER.toNanos()) {
        throw new TransientException("MySQL has closed the binlog connection", null);
      }
    }
    long silentFor = Math.min(System.nanoTime() - lastSignOfLife, reader.silentNanos());
    if (silentFor > deadAfter.toNanos()) {
      throw new TransientException(
          "MySQL has sent nothing for %d s, not even the heartbeats it was asked for; the connection counts as dead."
              .formatted(TimeUnit.NANOSECONDS.toSeconds(silentFor)),
          null);
    }
  }

  /**
   * Ends the reading; events not yet taken are dropped and will be read again by the next one. A
   * connector that waits for a server that says nothing is left to end by itself: nothing that it
   * still reads gets anywhere.
   */
  @Override
  public void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    handOff.close(); // first, so that a binlog thread that waits for room ends by itself
    Thread stopping = new Thread(this::stopReader, "capture-stop");
    stopping.setDaemon(true);
    stopping.start();
    try {
      stopping.join(STOPS_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopReader() {
    try {
      reader.close();
    } catch (RuntimeException e) {
      log.warn("The binlog reader did not stop cleanly: {}", e.toString());
    }
  }
}
