package dev.outrail.relay.operate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operator's verbs, as the relay offers them to HTTP.
 *
 * <p>Thread-safe. Each call blocks until the relay has done what was asked, or refuses after a
 * bounded time; it never waits for longer. What a call changes is in Kafka together with its {@link
 * AuditRecord}, in one transaction, before the call returns: a crash leaves both or neither.
 *
 * <p>All calls throw {@link OperationRefusedException}: if the relay is not the active one of its
 * name, is in a state that does not allow the verb, has no connection, or does not answer in time.
 * After {@link OperationRefusedException.Refusal#NO_ANSWER} it is open whether the operation took
 * place; {@code /status} and the audit topic tell.
 */
public interface Operations {

  /** Stops publishing after the run in work; survives restarts and take-overs. */
  Done pause(Author author);

  /** Ends a pause, or lets a halted relay try again from its position. */
  Done resume(Author author);

  /** Gives the role to a standby; returns once that one publishes. Refused if there is none. */
  Done handover(Author author);

  /** Where the relay stands. Changes nothing; also a standby answers. */
  PositionReport position();

  /**
   * Moves the position, or says what that would skip and repeat.
   *
   * @param gtids the GTID set that shall count as published
   * @param execute false for a dry run; true is refused unless the relay is paused or halted
   */
  PositionChange setPosition(String gtids, boolean execute, Author author);

  /**
   * Publishes rows of the outbox tables once more, between the live runs, or counts them.
   *
   * @param execute false for a dry run
   * @return of state RUNNING if it takes longer than a call may: it goes on, and {@code /status}
   *     shows how far it is
   */
  ReplayReport replay(ReplaySelection selection, boolean execute, Author author);

  /** The events that could not be published and wait for a decision, oldest first. */
  List<QuarantinedEvent> quarantined();

  /** Publishes a quarantined event from its row; it leaves the quarantine if that succeeds. */
  Done retryQuarantined(String eventId, Author author);

  /**
   * Lets the purge take old rows that the relay may never have read.
   *
   * @param schema the database whose outbox it is about; null for all of {@code outbox.schemas}
   */
  Done releasePurge(@Nullable String schema, Author author);

  /** Gives a quarantined event up for good. */
  Done discardQuarantined(String eventId, Author author);
}
