package dev.outrail.relay;

import dev.outrail.relay.capture.Capture;
import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.EventSource;
import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.ReadAlong;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.capture.TableShapes;
import dev.outrail.relay.capture.TableSnapshot;
import dev.outrail.relay.check.HistoryCheck;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.leadership.Leadership;
import dev.outrail.relay.operate.AuditRecord;
import dev.outrail.relay.operate.AuditRecord.Operation;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.Done;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.OutboxRows;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.Replay;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.ops.RelayMetrics;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.position.Control;
import dev.outrail.relay.position.Coverage;
import dev.outrail.relay.position.HeldTopics;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.publish.DeniedTopicException;
import dev.outrail.relay.publish.EventKey;
import dev.outrail.relay.publish.HeldReader;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.QuarantineRecord;
import dev.outrail.relay.publish.QuarantineTopic;
import dev.outrail.relay.publish.UnpublishableException;
import dev.outrail.relay.purge.Kept;
import dev.outrail.relay.purge.Purge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One relay's time as the active one: from the moment that it has fenced the others until it is
 * asked to stop, loses the lease, gives it away, or fails. Publishes run by run, and does what
 * operators ask for in between.
 *
 * <p>For the relay's thread.
 */
final class Term implements Desk, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Term.class);

  private static final Duration TURN = Duration.ofMillis(250);
  private static final Duration SHORT_TURN = Duration.ofMillis(5);
  private static final Duration ABSTAIN = Duration.ofSeconds(5);
  private static final Duration SUCCESSOR_SIGNS_WITHIN = Duration.ofSeconds(5);
  private static final Duration PROOF_OF_LIFE = Duration.ofSeconds(20);

  /** What is read, and where it goes; a term that is paused has none. */
  private record Reading(EventSource source, RunCommitter committer) {}

  /**
   * @param whole the tables of which it publishes all rows; empty if it has criteria
   * @param covered the coverage at its begin
   * @param chunk what is to be published next; null if it must be read first
   */
  private record Replaying(
      Replay replay,
      Author author,
      List<TableName> whole,
      Coverage covered,
      Replay.@Nullable Chunk chunk,
      Pieces pieces) {

    Replaying with(Replay.@Nullable Chunk next) {
      return new Replaying(replay, author, whole, covered, next, pieces);
    }
  }

  private final RelayConfig config;
  private final Wiring wiring;
  private final MySqlServer server;
  private final Publisher publisher;
  private final Leadership leadership;
  private final RelayStatus status;
  private final RelayFacts facts;
  private final RelayMetrics metrics;
  private final Mailbox mailbox;
  private final Stop stop;
  private final InstantSource clock;
  private final Runnable works;
  private final RunRule rule;
  private Position position;
  private Control control;
  private @Nullable String tables;

  /** Asked for by the purge's thread; changes before {@link RelayStatus} tells a new position. */
  private volatile Coverage coverage;

  private volatile HeldTopics heldAtTurn = HeldTopics.NONE;

  private @Nullable HistoryCheck unproven;
  private @Nullable Reading reading;
  private final Quarantine quarantine;
  private final QuarantineCount quarantineCount;
  private final HeldEvents heldEvents;
  private @Nullable Replaying replaying;
  private @Nullable String replayWaitsFor;
  private @Nullable Purge purge;
  private Instant provenAt;
  private boolean givenAway;

  /**
   * @param publisher has fenced the others
   * @param position where Kafka says that the relay stands
   * @param along what was read while waiting; null if nothing. The term closes it
   * @param works called when a run is committed: nothing less shows that a failure is over
   */
  Term(
      RelayContext context,
      MySqlServer server,
      Publisher publisher,
      Leadership leadership,
      Memory memory,
      Position position,
      @Nullable ReadAlong along,
      Runnable works) {
    this.config = context.config();
    this.wiring = context.wiring();
    this.status = context.status();
    this.facts = context.facts();
    this.metrics = context.metrics();
    this.mailbox = context.mailbox();
    this.stop = context.stop();
    this.clock = context.clock();
    this.server = server;
    this.publisher = publisher;
    this.leadership = leadership;
    this.works = works;
    this.rule = new RunRule(config.runs().maxEvents());
    this.position = position;
    this.control = memory.control();
    this.tables = memory.tables();
    this.coverage = memory.coverage();
    this.provenAt = clock.instant();
    this.quarantine = new Quarantine(new QuarantineTopic(wiring::publisher)::read);
    this.quarantineCount = new QuarantineCount(quarantine, facts);
    this.heldEvents =
        new HeldEvents(
            publisher,
            new HeldReader(
                wiring::publisher, this::rows, config.runs().maxEvents(), config.runs().maxBytes()),
            config,
            clock,
            status,
            this::wentOut);
    if (along != null
        && !control.paused()
        && memory.tables() != null
        && along.fits(position.completed())) {
      this.reading = new Reading(along, committer());
    } else if (along != null) {
      along.close();
    }
  }

  /**
   * Works until asked to stop. The position is signed first, so that a fenced predecessor knows
   * that it was replaced. A crash between two runs, or inside one, leaves the position of the last
   * committed run, and exactly its events, in Kafka.
   */
  void run() throws InterruptedException {
    publisher.publish(List.of(), position, null);
    facts.active();
    facts.activeAddress(wiring.address());
    quarantineCount.refresh();
    publisher.ensureTopics(config.kafka().topics());
    tellControl();
    while (!stop.isAsked()) {
      if (!leadership.held()) {
        throw new SteppedDownException("the lease in MySQL is lost");
      }
      facts.standbys(leadership.standbys());
      heldAtTurn = publisher.held();
      facts.held(heldAtTurn);
      mailbox.work(this);
      if (givenAway) {
        throw new SteppedDownException("handed over");
      }
      if (control.paused()) {
        rest();
      } else {
        turn(reading());
        heldEvents.step(position);
        beginPurge();
        Replaying running = replaying;
        if (running != null) {
          replayOn(running);
        }
      }
    }
    flush();
  }

  @Override
  public void close() {
    Purge purging = purge;
    if (purging != null) {
      purging.close();
    }
    quarantineCount.close();
    heldEvents.close();
    Replaying running = replaying;
    if (running != null) {
      log.warn(
          "REPLAY {} ends with this relay's term, after {} events; ask for the rest again",
          running.replay().operationId(),
          running.replay().report().published());
      running.replay().close();
      facts.replay(null);
    }
    stopReading();
  }

  @Override
  public Done pause(Author author) {
    if (control.paused()) {
      throw OperationRefusedException.wrongState(
          "The relay is paused already, by %s at %s.".formatted(control.by(), control.at()),
          "None needed; 'relay resume' ends it.");
    }
    Control next = Control.pausedBy(author.by(), author.reason(), clock.instant());
    Done done =
        audited(
            Operation.PAUSE,
            author,
            Map.of(),
            Map.of(),
            "Paused; nothing is published until 'relay resume'.",
            sender -> sender.record(publisher.records().control(next)));
    control = next;
    stopReading();
    tellControl();
    return done;
  }

  @Override
  public Done resume(Author author) {
    if (!control.paused()) {
      throw OperationRefusedException.wrongState(
          "The relay is neither paused nor halted.", "None needed: it works.");
    }
    Done done =
        audited(
            Operation.RESUME,
            author,
            Map.of(),
            Map.of(),
            "Resumed at " + position.completed(),
            sender -> sender.record(publisher.records().control(Control.RUN)));
    control = Control.RUN;
    tellControl();
    status.state(State.STARTING, "resumed by " + author.by());
    return done;
  }

  @Override
  public Done handover(Author author) {
    if (leadership.standbys() == 0) {
      throw OperationRefusedException.wrongState(
          "No other relay named '%s' is connected, so there is none to hand over to."
              .formatted(config.name()),
          "Start one and wait until its /health/ready answers 200; stopping this relay needs no handover.");
    }
    flush();
    Done done =
        audited(Operation.HANDOVER, author, Map.of(), Map.of(), "Handed over", sender -> {});
    String mine = wiring.owner();
    givenAway = true;
    leadership.release(ABSTAIN); // nothing is published here from now on
    StoredPosition stored = null;
    long deadline = System.nanoTime() + SUCCESSOR_SIGNS_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      stored = publisher.follow(Duration.ofMillis(20)).position();
      if (stored != null && !stored.owner().equals(mine)) {
        return new Done(
            done.operationId(),
            "Handed over to %s.".formatted(stored.address() == null ? "another" : stored.address()),
            done.at());
      }
    }
    return new Done(
        done.operationId(),
        "The lease is given away, but no other relay has signed within %d s; whichever is first works, this one included."
            .formatted(SUCCESSOR_SIGNS_WITHIN.toSeconds()),
        done.at());
  }

  @Override
  public PositionChange setPosition(PositionChange change, Author author) {
    if (!control.paused()) {
      throw OperationRefusedException.wrongState(
          "The position can only be set while the relay is paused or halted.",
          "'relay pause' first; 'relay resume' afterwards.");
    }
    requireUnmoved(position, change);
    WhileHeld.requireNotRepeated(publisher.held(), change);
    requireAudit();
    UUID operation = UUID.randomUUID();
    Coverage moved = wiring.moved(coverage, change);
    stopReading();
    move(publisher, change, moved, operation, author);
    coverage = moved;
    position = Position.at(change.after());
    tables = null;
    status.published(0, change.after(), "");
    log.warn(
        "POSITION SET by {} from {} to {}: {} transactions skipped, {} repeated",
        author.by(),
        change.before(),
        change.after(),
        change.skipped().transactions(),
        change.repeated().transactions());
    return change.executedAs(operation);
  }

  @Override
  public Done retry(OutboxRow row, QuarantineRecord seen, Author author) {
    quarantine.requireStill(seen);
    try {
      Done done =
          audited(
              Operation.QUARANTINE_RETRY,
              author,
              Map.of("id", row.id()),
              Map.of("topic", row.aggregateType()),
              "Published to " + row.aggregateType() + ", after those that came later",
              sender -> {
                sender.rowOrRefuse(row, earlier(seen.committedAt(), clock.instant()));
                sender.release(seen.event(), seen.key());
              });
      quarantine.released(List.of(seen.event()));
      return done;
    } catch (UnpublishableException e) {
      throw OperationRefusedException.wrongState(
          "It is still refused. " + e.problem().what(), e.problem().remedy());
    }
  }

  @Override
  public Done discard(QuarantineRecord seen, Author author) {
    if (seen.isHeld()) {
      return discardHeld(seen, author);
    }
    quarantine.requireStill(seen);
    Done done =
        audited(
            Operation.QUARANTINE_DISCARD,
            author,
            Map.of("id", seen.id()),
            Map.of(),
            "Discarded; its row stays in the outbox table until the purge",
            sender -> sender.release(seen.event(), seen.key()));
    quarantine.released(List.of(seen.event()));
    return done;
  }

  private Done discardHeld(QuarantineRecord seen, Author author) {
    HeldTopics.Hold hold = publisher.held().of(seen.aggregateType());
    if (hold == null || !hold.holds(seen.sequence())) {
      throw OperationRefusedException.unknownId(
          "Event %s is not held any more.".formatted(seen.id()),
          "It went out when its topic could be written again, or the audit topic tells who discarded it.");
    }
    if (hold.discarded().size() >= HeldTopics.MOST_DISCARDED) {
      throw OperationRefusedException.wrongState(
          "%d events of topic %s are discarded already while it is held; no more can be remembered."
              .formatted(hold.discarded().size(), seen.aggregateType()),
          "Let the relay write to the topic, and have its consumers drop what is not wanted.");
    }
    Done done =
        audited(
            Operation.QUARANTINE_DISCARD,
            author,
            Map.of("id", seen.id()),
            Map.of(),
            "Discarded; its row stays in the outbox table until the purge",
            sender -> sender.discardHeld(seen));
    quarantine.released(List.of(seen.event()));
    facts.held(publisher.held());
    return done;
  }

  @Override
  public Replay replay(ReplayReport selected, Supplier<Replay> begin, Author author) {
    if (control.paused()) {
      throw OperationRefusedException.wrongState(
          "The relay is paused.", "'relay resume' first; a replay goes between live events.");
    }
    Replaying running = replaying;
    if (running != null) {
      throw OperationRefusedException.wrongState(
          "Replay %s is still running.".formatted(running.replay().operationId()),
          "Wait for it; /status tells how far it is.");
    }
    WhileHeld.requireNotReplayed(publisher.held(), selected);
    requireAudit();
    Replay replay = begin.get();
    replaying = new Replaying(replay, author, replay.wholeTables(), coverage, null, new Pieces());
    log.info("REPLAY {} by {}{} begins", replay.operationId(), author.by(), reason(author));
    return replay;
  }

  @Override
  public Done releasePurge(List<TableName> names, @Nullable String schema, Author author) {
    List<TableName> bound =
        names.stream().filter(name -> !coverage.since(name).equals(Coverage.EVERYTHING)).toList();
    if (bound.isEmpty()) {
      throw OperationRefusedException.wrongState(
          "Nothing is held back from the purge there.", "None needed: old rows go.");
    }
    Coverage next = coverage.with(bound, Coverage.EVERYTHING);
    Done done =
        audited(
            Operation.PURGE_RELEASE,
            author,
            schema == null ? Map.of() : Map.of("schema", schema),
            Map.of("tables", bound.stream().map(TableName::toString).toList()),
            "Released; the next pass of the purge takes old rows of %s that may never have been read"
                .formatted(bound),
            sender -> sender.record(publisher.records().tables(storedShapes(), next)));
    coverage = next;
    return done;
  }

  @Override
  public Position position() {
    return position;
  }

  /** Writes a position that an operator chose; the tables' shape there is not known. */
  static void move(
      Publisher publisher,
      PositionChange change,
      Coverage coverage,
      UUID operation,
      Author author) {
    publisher.upTo(null);
    publisher.transaction(
        sender -> {
          sender.record(publisher.records().tables(null, coverage));
          sender.audit(
              AuditRecord.ofPositionChange(
                      operation,
                      publisher.records().relayName(),
                      change,
                      author,
                      publisher.clock().instant())
                  ::toRecord);
        },
        Position.at(change.after()));
  }

  static void requireUnmoved(Position position, PositionChange change) {
    if (!position.completed().equals(change.before())) {
      throw OperationRefusedException.wrongState(
          "The position has moved to %s meanwhile.".formatted(position.completed()),
          "Look at the dry run again.");
    }
  }

  /** One attempt at a chunk, if one is ready and the relay is behind none of its rows. */
  private void replayOn(Replaying running) {
    Replay replay = running.replay();
    try {
      Replay.Chunk chunk = running.chunk() == null ? replay.poll() : running.chunk();
      if (chunk == null) {
        return;
      }
      replaying = running.with(chunk);
      boolean published =
          chunk.requires().isEmpty() || GtidSets.contains(position.completed(), chunk.requires());
      if (published && !waitsForHeld(running, chunk)) {
        replayOn(running, chunk);
      }
    } catch (OperationRefusedException e) {
      endReplay(running, e.problem().what());
    }
  }

  /** A topic that became denied since its begin: its rows go out behind those that are held. */
  private boolean waitsForHeld(Replaying running, Replay.Chunk chunk) {
    String topic = WhileHeld.firstHeld(publisher.held(), chunk.rows());
    if (topic != null && !topic.equals(replayWaitsFor)) {
      log.warn(
          "REPLAY {} waits until the events of topic {} that are held have gone out",
          running.replay().operationId(),
          topic);
    }
    replayWaitsFor = topic;
    return topic != null;
  }

  private void replayOn(Replaying running, Replay.Chunk chunk) {
    Replay replay = running.replay();
    Replay.Chunk piece = chunk.first(running.pieces().size());
    try {
      replay.confirm(piece, publish(piece, running));
    } catch (UnpublishableException e) {
      if (e.topic().equals(config.kafka().auditTopic())) {
        endReplay(running, e.problem().what());
      } else { // the next attempt quarantines it
        running.pieces().refused(piece.rows().size());
      }
      return;
    }
    running.pieces().passed();
    ReplayReport report = replay.report();
    facts.replay(
        new RelayFacts.ReplayProgress(
            replay.operationId().toString(), report.published(), report.selected()));
    replaying = piece.last() ? null : running.with(chunk.behind(piece.rows().size()));
    if (piece.last()) {
      facts.replay(null);
      log.info("REPLAY {} done: {} events", replay.operationId(), report.published());
      cover(running);
    }
  }

  /**
   * A replay of all rows has published what may never have been read, or put it into the
   * quarantine, so nothing needs to be held back any more; unless the position has moved meanwhile.
   */
  private void cover(Replaying done) {
    if (!done.covered().equals(coverage)
        || done.whole().stream().allMatch(t -> coverage.since(t).equals(Coverage.EVERYTHING))) {
      return;
    }
    store(coverage.with(done.whole(), Coverage.EVERYTHING));
  }

  /**
   * In one Kafka transaction: what can be published, and leaves the quarantine by that if it was
   * there; pointers to the quarantine for what cannot, whatever the policy is, since a replay halts
   * nobody; and what goes to the audit topic.
   *
   * @return how many rows could not be published
   */
  private int publish(Replay.Chunk chunk, Replaying running) {
    Replay replay = running.replay();
    List<ProducerRecord<byte[], byte[]>> made =
        replay.records(chunk, publisher.mapper(), clock.instant());
    List<Quarantine.@Nullable Place> places = new ArrayList<>();
    chunk.rows().forEach(row -> places.add(quarantine.of(EventKey.of(row))));
    List<String> leftOut = new ArrayList<>();
    List<EventKey> released = new ArrayList<>();
    List<QuarantineRecord> pointers =
        publisher.transaction(
            sender -> {
              for (int i = 0; i < made.size(); i++) {
                OutboxRow row = chunk.rows().get(i);
                Problem problem = sender.again(row, made.get(i));
                Quarantine.Place place = places.get(i);
                if (problem != null) {
                  leftOut.add(row.id());
                }
                if (problem != null && place == null) {
                  sender.quarantine(row, row.createdBy(clock.instant()), problem);
                } else if (problem == null && place != null) {
                  sender.release(EventKey.of(row), place.key());
                  released.add(EventKey.of(row));
                }
              }
              AuditRecord audit =
                  replay.audit(
                      chunk, leftOut.size(), config.name(), running.author(), clock.instant());
              if (audit != null) {
                sender.audit(audit::toRecord);
              }
            },
            position);
    quarantine.released(released);
    if (!pointers.isEmpty() || !released.isEmpty()) {
      quarantined(pointers);
    }
    if (!leftOut.isEmpty()) {
      log.warn(
          "REPLAY {}: in quarantine, as they cannot be published: {}",
          replay.operationId(),
          leftOut);
    }
    return leftOut.size();
  }

  /** The table does not tell when its rows committed. */
  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** One may have been in quarantine for another reason before it was held. */
  private void wentOut(HeldReader.Page page, List<QuarantineRecord> kept) {
    quarantine.released(page.events().stream().map(held -> held.pointer().event()).toList());
    if (!kept.isEmpty()) {
      quarantined(kept);
    }
  }

  private void quarantined(List<QuarantineRecord> pointers) {
    quarantine.added(pointers);
    quarantineCount.refresh();
  }

  private void endReplay(Replaying running, String why) {
    Replay replay = running.replay();
    AuditRecord failed = replay.failed(why, config.name(), running.author(), clock.instant());
    log.warn(
        "REPLAY {} ended after {} events: {}",
        replay.operationId(),
        replay.report().published(),
        why);
    replaying = null;
    facts.replay(null);
    replay.close();
    try {
      publisher.transaction(sender -> sender.audit(failed::toRecord), position);
    } catch (UnpublishableException e) {
      log.warn(
          "REPLAY {}: its end is not in the audit topic: {}", replay.operationId(), e.problem());
    }
  }

  private void turn(Reading now) throws InterruptedException {
    EventSource source = now.source();
    RunCommitter committer = now.committer();
    if (committer.holdsBack()) {
      status.turn(source.connected(), source.waiting());
      tried(now, committer.publishHeldBack(), true);
      return;
    }
    if (rule.gather(source.waiting())) {
      source.gather(config.runs().maxEvents(), config.runs().gather());
    }
    List<CapturedEvent> events =
        source.take(
            config.runs().maxEvents(),
            config.runs().maxBytes(),
            heldEvents.isReleasing() ? SHORT_TURN : TURN);
    rule.took(events.size(), committer.lateness());
    status.turn(source.connected(), source.waiting());
    HistoryCheck history = unproven;
    if (history != null && !events.isEmpty()) {
      history.check(position); // the reader would take what was purged meanwhile for read
      unproven = null;
    }
    tried(now, committer.publish(events), !events.isEmpty());
  }

  /** What an attempt to publish says of this relay; that events were read says nothing yet. */
  private void tried(Reading now, boolean committed, boolean news) {
    if (committed) {
      works.run();
    }
    position = now.committer().committed();
    Instant upTo = now.committer().upTo();
    if (upTo != null && news) {
      status.readUpTo(upTo);
    }
    if (now.source().connected() && (committed || (news && status.isTimely()))) {
      status.state(State.RUNNING, "reading the binlog after " + position.completed());
    }
  }

  /** A paused relay keeps the role, and notices when Kafka or the role is gone. */
  private void rest() throws InterruptedException {
    status.turn(false, 0);
    status.state(
        State.PAUSED,
        "by %s at %s%s"
            .formatted(
                control.by(),
                control.at(),
                control.reason().isEmpty() ? "" : ": " + control.reason()));
    if (Duration.between(provenAt, clock.instant()).compareTo(PROOF_OF_LIFE) > 0) {
      publisher.publish(List.of(), position, null);
      provenAt = clock.instant();
    }
    stop.await(Duration.ofMillis(100));
  }

  /**
   * Once the term reads, so that all that is not covered by then is older than the server's time;
   * and not before the first run, which is what a take-over is waited for.
   */
  private void beginPurge() {
    if (purge != null) {
      return;
    }
    Coverage now = wiring.coverage(server).goingOn(coverage);
    if (!now.equals(coverage)) {
      log.info(
          "The purge leaves rows alone that the relay may not have read; it has read all rows since {}",
          now.since());
      store(now);
    }
    purge =
        Purge.start(
            wiring::server,
            config.tables(),
            config.purge(),
            () -> status.look().gtids(),
            this::kept,
            () -> coverage,
            () -> status.look().state() == State.PAUSED,
            metrics);
  }

  private void store(Coverage next) {
    publisher.transaction(
        sender -> sender.record(publisher.records().tables(storedShapes(), next)), position);
    coverage = next;
  }

  /** The shapes at the position that Kafka has. */
  private @Nullable String storedShapes() {
    TableShapes altered = reading == null ? null : reading.committer().shapes();
    return altered == null ? tables : altered.json();
  }

  /**
   * For the purge's thread: their rows are all that is left of these events. A topic that is no
   * longer held is named until the turn is over: by then those of its events that could not be
   * published are in quarantine.
   */
  private Kept kept() {
    Set<String> topics = new HashSet<>(heldAtTurn.byTopic().keySet());
    topics.addAll(publisher.held().byTopic().keySet());
    return new Kept(quarantine.ids(), topics);
  }

  private Reading reading() {
    Reading now = reading;
    if (now == null) {
      EventSource source = beginReading();
      now = new Reading(source, committer());
      reading = now;
    }
    return now;
  }

  /** Records a position that has moved since the last run. */
  private void flush() {
    Reading now = reading;
    if (now != null) {
      now.committer().flush();
      position = now.committer().committed();
    }
  }

  /**
   * Begins at the position, if the server's history holds it, with the outbox tables' shapes there:
   * those that are stored with it, or the server's, which are stored then.
   */
  private EventSource beginReading() {
    HistoryCheck check = wiring.history(server);
    check.check(position);
    TableShapes stored = tables == null ? null : TableShapes.parse(tables);
    TableShapes shapes = wiring.shapes(server).at(stored, position.completed());
    if (!shapes.equals(stored)) {
      publisher.publish(List.of(), position, publisher.records().tables(shapes.json(), coverage));
      tables = shapes.json();
    }
    unproven = check;
    return Capture.start(
        wiring.capture(server),
        position.completed(),
        shapes,
        hasMore(server, position) ? publisher.upTo() : null);
  }

  /** Whether the server has executed transactions that the position does not have. */
  static boolean hasMore(MySqlServer server, Position position) {
    return !GtidSets.contains(position.completed(), TableSnapshot.executed(server));
  }

  private RunCommitter committer() {
    return new RunCommitter(
        publisher,
        position,
        status,
        facts,
        this::quarantined,
        () -> coverage,
        metrics,
        clock,
        config.kafka().positionInterval());
  }

  private void stopReading() {
    Reading last = reading;
    tables = storedShapes();
    reading = null;
    if (last != null) {
      last.source().close();
    }
  }

  private void tellControl() {
    Instant at = control.at();
    facts.paused(at == null ? null : new RelayFacts.Paused(control.by(), control.reason(), at));
  }

  /**
   * A verb that cannot be recorded is not done; that is the verb's failure, and not the relay's.
   */
  private void requireAudit() {
    try {
      publisher.requireAudit();
    } catch (DeniedTopicException e) {
      throw unrecorded(e.problem());
    }
  }

  private static OperationRefusedException unrecorded(Problem problem) {
    return OperationRefusedException.wrongState(
        "What is asked for would not be in the audit topic. " + problem.what(), problem.remedy());
  }

  /** On the thread that reads what is held. */
  private List<OutboxRow> rows(String schema, List<String> ids) {
    return config.tables().stream()
        .filter(table -> table.schema().equals(schema))
        .flatMap(table -> OutboxRows.find(wiring.server(), table, ids).stream())
        .toList();
  }

  /** The effect and its audit record in one Kafka transaction. */
  private Done audited(
      Operation operation,
      Author author,
      Map<String, Object> parameters,
      Map<String, Object> result,
      String message,
      Consumer<Publisher.Sender> effect) {
    requireAudit();
    UUID id = UUID.randomUUID();
    Instant now = clock.instant();
    try {
      publisher.transaction(
          sender -> {
            effect.accept(sender);
            sender.audit(
                AuditRecord.done(id, config.name(), operation, author, now, parameters, result)
                    ::toRecord);
          },
          position);
    } catch (UnpublishableException e) {
      throw e.topic().equals(config.kafka().auditTopic()) ? unrecorded(e.problem()) : e;
    }
    quarantineCount.refresh();
    log.info("{} by {}{}", operation, author.by(), reason(author));
    return new Done(id, message, now);
  }

  private static String reason(Author author) {
    return author.reason().isEmpty() ? "" : " (" + author.reason() + ")";
  }
}
