package dev.outrail.relay.capture;

import dev.outrail.relay.capture.ReadTransactions.Transaction;
import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outbox tables as the binlog numbers them, with their shapes. For the binlog thread. */
final class OutboxTables {

  private static final class Numbered {
    private final TableMap map;
    private final TableId id;
    private final TableName outbox;
    private @Nullable OutboxColumns columns;

    Numbered(TableMap map, TableName outbox) {
      this.map = map;
      this.id = new TableId(map.getDatabase(), null, map.getTable());
      this.outbox = outbox;
    }
  }

  private final MySqlDatabaseSchema schema;
  private final OutboxNames names;
  private final ShapeHistory history;
  private final ServersWord server;
  private final @Nullable ZoneId createdAtZone;
  private final Map<Long, Numbered> tables = new HashMap<>();

  OutboxTables(
      DebeziumParts parts,
      OutboxNames names,
      ShapeHistory history,
      ServersWord server,
      @Nullable ZoneId createdAtZone) {
    this.createdAtZone = createdAtZone;
    this.schema = parts.schema();
    this.names = names;
    this.history = history;
    this.server = server;
  }

  /** Takes note of a table's number, and of what the server says of its columns. */
  void number(TableMap map) {
    Numbered known = tables.get(map.getTableId());
    if (known == null || known.map != map) {
      TableName outbox = names.find(map.getDatabase(), map.getTable());
      if (outbox == null) {
        throw new IllegalStateException(
            map.getDatabase() + "." + map.getTable() + " is no outbox table");
      }
      tables.put(map.getTableId(), new Numbered(map, outbox));
    }
  }

  /**
   * The columns that rows with this number have. Where the shape known so far says otherwise, it is
   * corrected.
   *
   * @param of the transaction that wrote the rows; null if it has no GTID
   * @throws HaltException if they cannot be told, or are those of no outbox table
   */
  OutboxColumns columns(long number, @Nullable Transaction of) throws InterruptedException {
    Numbered table = tables.get(number);
    if (table == null) {
      throw CaptureFailures.contradiction("it has rows of a table that it did not name");
    }
    OutboxColumns columns = table.columns;
    Table known = schema.tableFor(table.id);
    if (columns == null || !columns.areOf(known)) {
      columns = new OutboxColumns(shape(table, known, of), createdAtZone);
      table.columns = columns;
    }
    return columns;
  }

  private Table shape(Numbered table, @Nullable Table known, @Nullable Transaction of)
      throws InterruptedException {
    Table shape = server.shape(table.outbox, table.id, known, table.map, of);
    if (known != null && shape.equals(known)) {
      return known;
    }
    schema.refresh(shape);
    if (of != null) {
      history.corrected(of.before().text());
    }
    return schema.tableFor(table.id);
  }

  /** The numbers will mean something else. */
  void forgetNumbers() {
    tables.clear();
  }
}
