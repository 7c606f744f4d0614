package dev.outrail.relay.publish;

import dev.outrail.relay.capture.OutboxRow;

/**
 * Names one event among all that one relay reads: ids are unique in their table only.
 *
 * @param schema the database whose outbox has it
 */
public record EventKey(String schema, String id) {

  public static EventKey of(OutboxRow row) {
    return new EventKey(row.schema(), row.id());
  }
}
