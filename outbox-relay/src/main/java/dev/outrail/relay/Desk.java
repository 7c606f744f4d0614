package dev.outrail.relay;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.Done;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.Replay;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.publish.QuarantineRecord;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the relay's thread does for an operator, between two runs. What is not possible in the
 * present state is refused with {@link OperationRefusedException}.
 */
interface Desk {

  Done pause(Author author);

  Done resume(Author author);

  Done handover(Author author);

  /**
   * @param change what was computed for it; refused if the position has moved since, or if events
   *     that are held would be read again
   */
  PositionChange setPosition(PositionChange change, Author author);

  /**
   * Publishes a row once more, from the quarantine.
   *
   * @param seen as whoever asks has seen it there; refused if it was released since
   */
  Done retry(OutboxRow row, QuarantineRecord seen, Author author);

  /**
   * Gives a quarantined event up.
   *
   * @param seen as whoever asks has seen it there; refused if it was released since
   */
  Done discard(QuarantineRecord seen, Author author);

  /**
   * Lets the purge take rows of these tables that may never have been read.
   *
   * @param schema as it was asked for; null for all
   */
  Done releasePurge(List<TableName> tables, @Nullable String schema, Author author);

  /**
   * Begins to publish rows again; the loop goes on with it.
   *
   * @param selected the dry run; refused if it has rows of a topic whose events are held
   * @param begin called if it may begin
   */
  Replay replay(ReplayReport selected, Supplier<Replay> begin, Author author);

  /** Where the relays of this name stand. */
  Position position();
}
