package dev.outrail.relay;

import dev.outrail.relay.capture.Capture;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.ReadAlong;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.capture.TableShapes;
import dev.outrail.relay.check.HistoryCheck;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.leadership.Leadership;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.Done;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.Replay;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.ops.State;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.publish.Publisher;
import dev.outrail.relay.publish.QuarantineRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for one's turn: follows the position of the active relay, and reads the binlog along with
 * it, so that a take-over has only to fence and to go on. Publishes nothing and fences nobody.
 *
 * <p>For the relay's thread.
 */
final class StandBy implements Desk {

  private static final Duration TURN = Duration.ofMillis(50);

  private static final Duration CATCH_UP = Duration.ofSeconds(5);

  /** The active relay writes its position every twenty seconds at least. */
  private static final Duration ACTIVE_SIGNS_WITHIN = Duration.ofSeconds(35);

  private final RelayContext context;
  private final MySqlServer server;
  private final Publisher publisher;
  private final Leadership leadership;
  private final Set<String> prepared = new HashSet<>();
  private @Nullable String activeAddress;
  private @Nullable HistoryCheck unproven;
  private @Nullable Position begunAt;
  private @Nullable Instant readySince;

  StandBy(RelayContext context, MySqlServer server, Publisher publisher, Leadership leadership) {
    this.context = context;
    this.server = server;
    this.publisher = publisher;
    this.leadership = leadership;
  }

  /**
   * Waits until the lease is held here, or the relay is asked to stop.
   *
   * @param connected called once both servers have answered
   * @param works called while it has been ready for as long as the longest pause between attempts
   * @return what was read along; null if there was nothing to read yet
   */
  @Nullable ReadAlong run(Runnable connected, Runnable works) throws InterruptedException {
    ReadAlong along = null;
    publisher.catchUp(CATCH_UP); // to begin where the active one is, not where it once was
    try {
      while (!context.stop().isAsked() && !leadership.held()) {
        Memory memory = publisher.follow(along == null ? TURN : Duration.ZERO);
        StoredPosition stored = memory.position();
        activeAddress = stored == null ? null : stored.address();
        if (stored == null || memory.control().paused()) {
          along = close(along);
        } else {
          String completed = stored.position().completed();
          along = along == null ? begin(stored, memory.tables()) : along;
          if (along.follow(completed, TURN)) {
            prove(along);
            prepare(along);
          } else {
            along = close(along);
          }
        }
        tell(along, memory);
        connected.run();
        if (hasBeenReady()) {
          works.run();
        }
        context.mailbox().work(this);
      }
      return unproven == null ? along : close(along);
    } catch (RuntimeException | InterruptedException e) {
      close(along);
      throw e;
    }
  }

  @Override
  public Done pause(Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Done resume(Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Done handover(Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public PositionChange setPosition(PositionChange change, Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Done retry(OutboxRow row, QuarantineRecord seen, Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Done discard(QuarantineRecord seen, Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Done releasePurge(List<TableName> tables, @Nullable String schema, Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Replay replay(ReplayReport selected, Supplier<Replay> begin, Author author) {
    throw OperationRefusedException.standby(activeAddress);
  }

  @Override
  public Position position() {
    StoredPosition stored = publisher.follow(Duration.ZERO).position();
    if (stored == null) {
      throw OperationRefusedException.wrongState(
          "There is no position yet: the first start is not done.", "Ask again later.");
    }
    return stored.position();
  }

  private ReadAlong begin(StoredPosition stored, @Nullable String tables) {
    Position position = stored.position();
    String completed = position.completed();
    HistoryCheck check = context.wiring().history(server);
    check.check(position);
    unproven = check;
    begunAt = position;
    TableShapes shapes =
        context
            .wiring()
            .shapes(server)
            .at(tables == null ? null : TableShapes.parse(tables), completed);
    RelayConfig.Runs runs = context.config().runs();
    return new ReadAlong(
        Capture.start(
            context.wiring().capture(server),
            completed,
            shapes,
            Term.hasMore(server, position) ? stored.upTo() : null),
        completed,
        runs.queueMaxEvents(),
        runs.queueMaxBytes());
  }

  /**
   * Once the reader reads, the server's history is compared once more: what was purged between the
   * first look and the reader's begin, the reader would take for read.
   */
  private void prove(ReadAlong along) {
    HistoryCheck check = unproven;
    Position begun = begunAt;
    if (check != null && begun != null && along.hasRead()) {
      check.check(begun);
      unproven = null;
    }
  }

  /** Topics that are known need not be asked for when every millisecond counts. */
  private void prepare(ReadAlong along) {
    for (String topic : along.topics()) {
      if (prepared.add(topic)) {
        publisher.prepareFor(topic);
      }
    }
  }

  /**
   * A standby is connected when it waits for the lease in MySQL and it reads, if there is anything.
   */
  private void tell(@Nullable ReadAlong along, Memory memory) {
    boolean reads =
        along == null
            ? memory.position() == null || memory.control().paused()
            : along.connected() && along.isLevel();
    context.facts().standby(activeAddress);
    context.facts().held(memory.held());
    boolean follows = publisher.silentFor().compareTo(ACTIVE_SIGNS_WITHIN) < 0;
    context
        .status()
        .turn(reads && follows && leadership.waits(), along == null ? 0 : along.waiting());
    context
        .status()
        .state(
            State.STANDBY,
            "another relay named '%s' works%s"
                .formatted(
                    context.config().name(), activeAddress == null ? "" : " at " + activeAddress));
    StoredPosition stored = memory.position();
    if (stored != null) {
      context.status().published(0, stored.position().completed(), "");
    }
    Instant upTo = along == null ? null : along.upTo(context.clock().instant());
    if (upTo != null) {
      context.status().readUpTo(upTo);
    } else if (along == null && stored != null && stored.upTo() != null) {
      context.status().publishedUpTo(stored.upTo());
    }
  }

  /** One failure after the other, each soon after the connection, is no work that goes on. */
  private boolean hasBeenReady() {
    Instant now = context.clock().instant();
    if (!context.status().look().ready()) {
      readySince = null;
      return false;
    }
    Instant since = readySince == null ? now : readySince;
    readySince = since;
    return Duration.between(since, now).compareTo(context.config().backoff().max()) >= 0;
  }

  private static @Nullable ReadAlong close(@Nullable ReadAlong along) {
    if (along != null) {
      along.close();
    }
    return null;
  }
}
