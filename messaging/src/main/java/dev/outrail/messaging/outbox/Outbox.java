package dev.outrail.messaging.outbox;

import java.util.List;

/**
 * Appends events to the {@code outbox} table in the caller's transaction: an event exists if and
 * only if that transaction commits. No broker is involved; whether Kafka is up makes no difference.
 *
 * <p>What happens around the commit:
 *
 * <ul>
 *   <li>rolled back, or the process or database dies before the commit: the event never existed;
 *   <li>committed: the relay publishes it once, after all events that were committed before it with
 *       the same key.
 * </ul>
 *
 * <p>Implementations are thread-safe; each call works in the transaction bound to its own thread.
 */
public interface Outbox {

  /**
   * Appends one event, with the current trace context unless it has one of its own, and as a
   * consequence of the event that a listener's method is just applying.
   *
   * @return the id that consumers will see
   * @throws OutboxTransactionMissingException if no read-write transaction of the outbox's data
   *     source is open on this thread; nothing is written then
   * @throws org.springframework.dao.DataAccessException if the database refuses the row; for an
   *     event with headers also if the table lacks that column
   */
  default EventId append(OutboxEvent event) {
    return appendAll(List.of(event)).get(0);
  }

  /**
   * Appends several events in one statement; they are published in the order of the list, as far as
   * they share a key.
   *
   * @return the ids in the same order; empty for an empty list
   * @throws OutboxTransactionMissingException as in {@link #append}, also for an empty list
   * @throws org.springframework.dao.DataAccessException if the database refuses a row
   */
  List<EventId> appendAll(List<OutboxEvent> events);
}
