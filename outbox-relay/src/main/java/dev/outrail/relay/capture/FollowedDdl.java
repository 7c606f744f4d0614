package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.schema.SchemaChangeEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the statements that may change an outbox table's shape. One that Debezium's parser does
 * not understand stops nothing: the shapes that it may have changed count as unknown from there on.
 * For the binlog thread.
 */
final class FollowedDdl {

  private static final Logger log = LoggerFactory.getLogger(FollowedDdl.class);

  private final MySqlDatabaseSchema schema;
  private final ShapeHistory history;
  private final OutboxNames outboxes;
  private final DdlFilter filter;
  private final Map<TableName, String> notUnderstood = new HashMap<>();

  FollowedDdl(MySqlDatabaseSchema schema, ShapeHistory history, OutboxNames outboxes) {
    this.schema = schema;
    this.history = history;
    this.outboxes = outboxes;
    this.filter = new DdlFilter(outboxes);
  }

  DdlFilter filter() {
    return filter;
  }

  /**
   * Takes a statement.
   *
   * @param offset where it stands, for the history
   * @param before the GTID set before it
   * @throws HaltException if it changes a shape that was read from the server behind it
   */
  void take(
      MySqlPartition partition,
      MySqlOffsetContext offset,
      Statement statement,
      String before,
      Instant at) {
    String sql = DdlText.plain(statement.getSql(), statement.sqlMode());
    if (!filter.mayChange(sql)) {
      return;
    }
    String database = statement.getDatabase();
    try {
      for (SchemaChangeEvent change :
          schema.parseStreamingDdl(partition, sql, database, offset, at)) {
        if (!schema.skipSchemaChangeEvent(change)) {
          schema.applySchemaChange(change);
        }
      }
    } catch (HaltException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      String text = CaptureFailures.shortened(statement.getSql());
      log.warn(
          "A DDL statement that mentions an outbox table is not understood: {}. What the table looks like behind it is asked of"
              + " the server when its next row comes.",
          text);
      for (TableName outbox : outboxes.tables()) {
        if (filter.isAbout(sql, database, outbox.schema(), outbox.table())) {
          notUnderstood.put(outbox, text);
        }
      }
      history.lost(sql, database, before);
    }
  }

  /** The last statement about a table that was not understood; null if there was none. */
  @Nullable String notUnderstood(TableName table) {
    return notUnderstood.get(table);
  }
}
