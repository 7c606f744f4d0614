package dev.outrail.relay;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.TableShapes;
import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.ops.RelayMetrics;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.PositionTracker;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.QuarantineRecord;
import dev.outrail.relay.publish.UnpublishableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From captured events to committed runs, within one cycle. Rows that an earlier cycle published
 * are dropped here.
 *
 * <p>Not thread-safe.
 */
final class RunCommitter {

  /**
   * An unmoved position is written again this often: only so a quiet relay learns that Kafka is
   * gone.
   */
  private static final Duration PROOF_OF_LIFE = Duration.ofSeconds(10);

  private final Publisher publisher;
  private final RelayStatus status;
  private final RelayMetrics metrics;
  private final InstantSource clock;
  private final Duration positionInterval;
  private final RelayFacts facts;
  private final Consumer<List<QuarantineRecord>> quarantined;
  private final Supplier<Coverage> coverage;
  private final Pieces pieces = new Pieces();
  private PositionTracker tracker;
  private List<CapturedEvent> heldBack = List.of();
  private @Nullable TableShapes shapesBehindNext;
  private @Nullable TableShapes shapesHere;
  private @Nullable TableShapes shapesStored;
  private Position committed;
  private Instant committedAt;
  private Duration lateness = Duration.ZERO;
  private @Nullable Instant upTo;

  /**
   * @param quarantined told of events that went there
   * @param coverage of the outbox tables; stored beside their shapes
   * @param positionInterval how often the position is recorded while no row moves it
   */
  RunCommitter(
      Publisher publisher,
      Position start,
      RelayStatus status,
      RelayFacts facts,
      Consumer<List<QuarantineRecord>> quarantined,
      Supplier<Coverage> coverage,
      RelayMetrics metrics,
      InstantSource clock,
      Duration positionInterval) {
    this.publisher = publisher;
    this.status = status;
    this.facts = facts;
    this.quarantined = quarantined;
    this.coverage = coverage;
    this.metrics = metrics;
    this.clock = clock;
    this.positionInterval = positionInterval;
    this.tracker = new PositionTracker(start);
    this.committed = start;
    this.committedAt = clock.instant();
    report(List.of(), 0);
  }

  /**
   * Publishes the rows among the events in one Kafka transaction with the position after the last
   * event. When it returns, Kafka has them, or has refused one of them; then those that it has not
   * are {@linkplain #holdsBack() held back}, and no others may come before them. When it throws,
   * the cycle is over.
   *
   * @return whether anything was committed: a run, or a position that was due
   */
  boolean publish(List<CapturedEvent> events) {
    if (holdsBack()) {
      throw new IllegalStateException("events that are held back come first");
    }
    return attempt(events);
  }

  /** Whether events wait here because Kafka refused one of their run. */
  boolean holdsBack() {
    return !heldBack.isEmpty();
  }

  /** Tries those that are held back once more. One attempt, as for {@link #publish}. */
  boolean publishHeldBack() {
    return attempt(heldBack);
  }

  private boolean attempt(List<CapturedEvent> events) {
    List<CapturedEvent> piece =
        events.size() <= pieces.size() ? events : events.subList(0, pieces.size());
    PositionTracker trackedBefore = tracker.copy();
    TableShapes behindNextBefore = shapesBehindNext;
    TableShapes hereBefore = shapesHere;
    Instant upToBefore = upTo;
    boolean committing;
    try {
      committing = publishWhole(piece);
    } catch (UnpublishableException e) {
      tracker = trackedBefore;
      shapesBehindNext = behindNextBefore;
      shapesHere = hereBefore;
      pieces.refused(piece.size());
      upTo = upToBefore;
      publisher.upTo(upTo);
      heldBack = events;
      return false;
    }
    pieces.passed();
    heldBack = List.copyOf(events.subList(piece.size(), events.size()));
    return committing;
  }

  private boolean publishWhole(List<CapturedEvent> events) {
    List<CapturedEvent.Row> rows = new ArrayList<>(events.size());
    for (CapturedEvent event : events) {
      if (event instanceof CapturedEvent.Tables altered) {
        shapesBehindNext = altered.shapes();
      } else if (event instanceof CapturedEvent.Beat beat) {
        moved(tracker.advance(beat));
      } else if (event instanceof CapturedEvent.Row row && moved(tracker.advance(row))) {
        rows.add(row);
      }
    }
    if (!events.isEmpty()) {
      upTo = upTo(events.get(events.size() - 1));
    }
    boolean due = !rows.isEmpty() || positionIsDue();
    if (due) {
      commit(rows);
    }
    return due;
  }

  /** Records a position that has moved since the last run. */
  void flush() {
    if (!tracker.current().equals(committed)) {
      commit(List.of());
    }
  }

  /** The position that Kafka has. */
  Position committed() {
    return committed;
  }

  /** The outbox tables' shapes at that position; null if they have not changed since the start. */
  @Nullable TableShapes shapes() {
    return shapesStored;
  }

  /** How much later the last rows were published than they were committed. */
  Duration lateness() {
    return lateness;
  }

  /**
   * Everything that was committed before is published; if MySQL had nothing more, that is when it
   * said so. Null before anything was read.
   */
  @Nullable Instant upTo() {
    return upTo;
  }

  private @Nullable Instant upTo(CapturedEvent last) {
    if (last instanceof CapturedEvent.Row row) {
      return row.committedAt();
    }
    if (last instanceof CapturedEvent.Beat beat) {
      Instant read = beat.upTo();
      return read == null ? clock.instant() : read;
    }
    return upTo;
  }

  /**
   * The position moves over an ALTER only with the event behind it: until then the former shapes
   * stay with it.
   */
  private boolean moved(boolean didMove) {
    if (didMove && shapesBehindNext != null) {
      shapesHere = shapesBehindNext;
      shapesBehindNext = null;
    }
    return didMove;
  }

  private boolean positionIsDue() {
    Duration since = Duration.between(committedAt, clock.instant());
    return tracker.current().equals(committed)
        ? since.compareTo(PROOF_OF_LIFE) >= 0
        : since.compareTo(positionInterval) >= 0;
  }

  private void commit(List<CapturedEvent.Row> rows) {
    long begun = System.nanoTime();
    if (upTo != null) {
      publisher.upTo(upTo);
    }
    long heldBefore = publisher.held().numbered();
    List<QuarantineRecord> pointers =
        publisher.publish(
            rows,
            tracker.current(),
            shapesHere == null
                ? null
                : publisher.records().tables(shapesHere.json(), coverage.get()));
    shapesStored = shapesHere == null ? shapesStored : shapesHere;
    shapesHere = null;
    committed = tracker.current();
    committedAt = clock.instant();
    if (!rows.isEmpty()) {
      lateness = Duration.between(rows.get(rows.size() - 1).committedAt(), committedAt);
      metrics.run(rows.size(), Duration.ofNanos(System.nanoTime() - begun), lateness);
    }
    if (!pointers.isEmpty()) {
      quarantined.accept(pointers);
    }
    if (!rows.isEmpty()) {
      facts.lastPublished(rows.get(rows.size() - 1).row().id());
    }
    report(rows, pointers.size() + (int) (publisher.held().numbered() - heldBefore));
  }

  private void report(List<CapturedEvent.Row> rows, int toQuarantine) {
    Position.Partial partial = committed.partial();
    status.published(
        rows.size() - toQuarantine,
        committed.completed(),
        partial == null ? "" : partial.gtid() + ", " + partial.rows() + " rows");
  }
}
