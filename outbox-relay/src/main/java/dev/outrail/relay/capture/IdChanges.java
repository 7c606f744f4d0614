package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import dev.outrail.relay.problem.HaltException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Updates that give an outbox row another id: the row with the new id is an event, as if it had
 * been inserted. MySQL makes such an update of a {@code REPLACE} that collides with the last unique
 * key alone. All other updates are none.
 */
final class IdChanges {

  private IdChanges() {}

  /**
   * The rows with a new id, as they are after the update.
   *
   * @param id number of the column
   * @param table for messages
   */
  static List<Serializable[]> in(UpdateRowsEventData data, int id, String table) {
    int before = place(data.getIncludedColumnsBeforeUpdate(), id);
    int after = place(data.getIncludedColumns(), id);
    if (after < 0) {
      return List.of();
    }
    if (before < 0) {
      throw untold(table, "does not tell whether its id was changed", "binlog_row_image", "FULL");
    }
    List<Serializable[]> changed = new ArrayList<>();
    List<Map.Entry<Serializable[], Serializable[]>> rows = data.getRows();
    for (int i = 0; i < rows.size(); i++) {
      Map.Entry<Serializable[], Serializable[]> row = rows.get(i);
      if (Objects.deepEquals(row.getKey()[before], row.getValue()[after])) {
        continue;
      }
      if (data instanceof PartialUpdates.Data partial && partial.isIncomplete(i)) {
        throw untold(table, "does not have all of its values", "binlog_row_value_options", "");
      }
      changed.add(row.getValue());
    }
    return changed;
  }

  private static HaltException untold(String table, String what, String variable, String value) {
    return new HaltException(
        "An outbox row of %s was updated, and the binlog %s: the session's %s was not '%s'."
            .formatted(table, what, variable, value),
        "SET PERSIST %s = '%s', and have the writers reconnect. Then go on behind this transaction (relay position set, to"
                .formatted(variable, value)
            + " a set that includes it, then resume); if an id was changed, relay replay --id publishes the row.");
  }

  /** Where a column's cell is among those that are included; negative if it is not. */
  static int place(BitSet included, int column) {
    return included.get(column) ? included.get(0, column).cardinality() : -1;
  }
}
