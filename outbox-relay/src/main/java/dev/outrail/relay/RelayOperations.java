package dev.outrail.relay;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.Done;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.Operations;
import dev.outrail.relay.operate.OutboxRows;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.PositionCheck;
import dev.outrail.relay.operate.PositionReport;
import dev.outrail.relay.operate.QuarantinedEvent;
import dev.outrail.relay.operate.Replay;
import dev.outrail.relay.operate.ReplayPlan;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.operate.ReplaySelection;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.QuarantineRecord;
import dev.outrail.relay.publish.QuarantineTopic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The operator's verbs. What takes long and changes nothing is worked out here, on the asking
 * thread; what changes something is done by the relay's thread, at its {@link Desk}. Thread-safe.
 */
final class RelayOperations implements Operations {

  private static final Duration REPLAY_PATIENCE = Duration.ofSeconds(8);

  private static final String BEYOND =
      "SELECT @@GLOBAL.gtid_executed, GTID_SUBTRACT(@@GLOBAL.gtid_executed, ?)";

  private record Beyond(String executed, long transactions) {}

  private final RelayContext context;

  RelayOperations(RelayContext context) {
    this.context = context;
  }

  @Override
  public Done pause(Author author) {
    return context.mailbox().ask(desk -> desk.pause(author));
  }

  @Override
  public Done resume(Author author) {
    return context.mailbox().ask(desk -> desk.resume(author));
  }

  @Override
  public Done handover(Author author) {
    return context.mailbox().ask(desk -> desk.handover(author));
  }

  @Override
  public PositionReport position() {
    Position position = context.mailbox().ask(Desk::position);
    Position.Partial partial = position.partial();
    Beyond beyond = beyond(position.completed());
    return new PositionReport(
        position.completed(),
        partial == null
            ? null
            : new PositionReport.Partial(partial.gtid(), partial.rows(), partial.lastId()),
        context.status().look().lastPublishedAt(),
        beyond == null ? null : beyond.executed(),
        beyond == null ? null : beyond.transactions());
  }

  @Override
  public PositionChange setPosition(String gtids, boolean execute, Author author) {
    Position before = context.mailbox().ask(Desk::position);
    MySqlServer server = server();
    PositionChange change =
        new PositionCheck(context.wiring().capture(server), PositionCheck.PATIENCE)
            .check(before, gtids);
    return execute ? context.mailbox().ask(desk -> desk.setPosition(change, author)) : change;
  }

  @Override
  public ReplayReport replay(ReplaySelection selection, boolean execute, Author author) {
    ReplayPlan plan = ReplayPlan.of(server(), context.config().tables(), selection);
    if (!execute) {
      return plan.report();
    }
    Replay replay =
        context
            .mailbox()
            .ask(
                desk ->
                    desk.replay(
                        plan.report(),
                        () ->
                            Replay.begin(
                                UUID.randomUUID(),
                                plan,
                                context.wiring()::server,
                                context.config().runs().maxEvents(),
                                context.config().runs().maxBytes()),
                        author));
    long deadline = System.nanoTime() + REPLAY_PATIENCE.toNanos();
    try {
      while (replay.report().state() == ReplayReport.State.RUNNING
          && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return replay.report();
  }

  @Override
  public List<QuarantinedEvent> quarantined() {
    return quarantine().stream()
        .map(
            one ->
                new QuarantinedEvent(
                    one.id(),
                    one.schema(),
                    one.aggregateType(),
                    one.aggregateId(),
                    one.type(),
                    null,
                    one.quarantinedAt(),
                    one.reason() + " Remedy: " + one.remedy()))
        .toList();
  }

  @Override
  public Done retryQuarantined(String eventId, Author author) {
    QuarantineRecord one = requireQuarantined(eventId);
    if (one.isHeld()) {
      throw OperationRefusedException.wrongState(
          "Event %s is held with all later ones of topic %s; alone it would overtake those before it."
              .formatted(eventId, one.aggregateType()),
          "Let the relay write to the topic; they go out by themselves then, in order.");
    }
    TableName table =
        context.config().tables().stream()
            .filter(candidate -> candidate.schema().equals(one.schema()))
            .findFirst()
            .orElseThrow(
                () ->
                    OperationRefusedException.wrongState(
                        "The relay does not read the database %s of this event any more."
                            .formatted(one.schema()),
                        "Add it to outbox.schemas, or discard the event."));
    OutboxRow row = OutboxRows.find(server(), table, eventId);
    if (row == null) {
      throw OperationRefusedException.unknownId(
          "The row of event %s is not in %s any more, so there is nothing to publish."
              .formatted(eventId, table),
          "Have its writer append it again, and discard this one.");
    }
    return context.mailbox().ask(desk -> desk.retry(row, one, author));
  }

  @Override
  public Done discardQuarantined(String eventId, Author author) {
    QuarantineRecord one = requireQuarantined(eventId);
    return context.mailbox().ask(desk -> desk.discard(one, author));
  }

  @Override
  public Done releasePurge(@Nullable String schema, Author author) {
    List<TableName> tables = ReplayPlan.chosen(context.config().tables(), schema);
    return context.mailbox().ask(desk -> desk.releasePurge(tables, schema, author));
  }

  private QuarantineRecord requireQuarantined(String eventId) {
    return quarantine().stream()
        .filter(one -> one.id().equals(eventId))
        .findFirst()
        .or(() -> Optional.ofNullable(held(eventId)))
        .orElseThrow(
            () ->
                OperationRefusedException.unknownId(
                    "No event %s is in quarantine.".formatted(eventId),
                    "'relay quarantine list' shows those that are."));
  }

  private @Nullable QuarantineRecord held(String eventId) {
    try {
      return new QuarantineTopic(context.wiring()::publisher).held(eventId);
    } catch (TransientException e) {
      throw unanswered(e);
    }
  }

  private List<QuarantineRecord> quarantine() {
    try {
      return new QuarantineTopic(context.wiring()::publisher).read();
    } catch (TransientException e) {
      throw unanswered(e);
    }
  }

  private static OperationRefusedException unanswered(TransientException e) {
    return OperationRefusedException.notConnected(
        String.valueOf(e.getMessage()), "Ask again once Kafka answers; nothing was changed.");
  }

  private MySqlServer server() {
    try {
      return context.wiring().server();
    } catch (TransientException e) {
      throw OperationRefusedException.notConnected(
          String.valueOf(e.getMessage()), "Then ask again; nothing was changed.");
    }
  }

  /** What MySQL has executed, and what of that is not published; null if it does not answer. */
  private @Nullable Beyond beyond(String completed) {
    try (Connection connection = server().connect(Duration.ofSeconds(5));
        PreparedStatement statement = connection.prepareStatement(BEYOND)) {
      statement.setString(1, completed);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return new Beyond(
            GtidSets.normalise(result.getString(1)), GtidSets.count(result.getString(2)));
      }
    } catch (SQLException | OperationRefusedException e) {
      return null;
    }
  }
}
