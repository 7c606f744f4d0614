package dev.outrail.relay.operate;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.TransientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Single rows of the outbox tables. */
public final class OutboxRows {

  private OutboxRows() {}

  /**
   * The rows of these events, in no order, without those that the table does not have any more.
   *
   * @throws TransientException if MySQL does not answer
   */
  public static List<OutboxRow> find(MySqlServer server, TableName name, List<String> eventIds) {
    ReplaySelection selection =
        new ReplaySelection(eventIds, null, null, null, name.schema(), null, null);
    try (Connection connection = ReplayPlan.connect(server)) {
      ReplayTable table = ReplayTable.inspect(server, connection, name).orderedByTime(false);
      List<ReplayTable.Key> keys = table.keys(connection, selection, null, eventIds.size());
      return keys.isEmpty() ? List.of() : table.rows(connection, keys);
    } catch (SQLException | OperationRefusedException e) {
      throw new TransientException(
          "The outbox table %s cannot be read (%s)".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * The row of an event; null if the table does not have it any more.
   *
   * @throws OperationRefusedException if MySQL does not answer
   */
  public static @Nullable OutboxRow find(MySqlServer server, TableName name, String eventId) {
    ReplaySelection selection =
        new ReplaySelection(List.of(eventId), null, null, null, name.schema(), null, null);
    try (Connection connection = ReplayPlan.connect(server)) {
      ReplayTable table = ReplayTable.inspect(server, connection, name).orderedByTime(false);
      List<ReplayTable.Key> keys = table.keys(connection, selection, null, 1);
      return keys.isEmpty() ? null : table.rows(connection, keys).get(0);
    } catch (SQLException e) {
      throw OperationRefusedException.notConnected(
          "The outbox table %s cannot be read (%s).".formatted(name, e.getMessage()),
          "Check that MySQL is reachable, then ask again; nothing was changed.");
    }
  }
}
