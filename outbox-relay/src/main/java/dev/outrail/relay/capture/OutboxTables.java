package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import dev.outrail.relay.problem.HaltException;
import io.debezium.connector.mysql.MySqlDatabaseSchema;
import io.debezium.connector.mysql.jdbc.MySqlValueConverters;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.TableSchema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outbox tables as the binlog numbers them, with their shapes. For the binlog thread. */
final class OutboxTables {

  private static final class Numbered {
    private final TableMapEventData map;
    private final TableId id;
    private @Nullable OutboxColumns columns;

    Numbered(TableMapEventData map) {
      this.map = map;
      this.id = new TableId(map.getDatabase(), null, map.getTable());
    }
  }

  private final MySqlDatabaseSchema schema;
  private final MySqlValueConverters converters;
  private final Map<Long, Numbered> tables = new HashMap<>();

  OutboxTables(MySqlDatabaseSchema schema, MySqlValueConverters converters) {
    this.schema = schema;
    this.converters = converters;
  }

  /**
   * Takes note of a table's number.
   *
   * @throws HaltException if the table's shape is not known
   */
  void number(TableMapEventData map) {
    Numbered known = tables.get(map.getTableId());
    if (known == null || known.map != map) {
      known = new Numbered(map);
      tables.put(map.getTableId(), known);
    }
    if (schema.schemaFor(known.id) == null) {
      throw unknown(known);
    }
  }

  /**
   * The columns that the table has now.
   *
   * @throws HaltException if its shape is not known, or that of no outbox table
   */
  OutboxColumns columns(long number) {
    Numbered table = tables.get(number);
    if (table == null) {
      throw CaptureFailures.contradiction("it has rows of a table that it did not name");
    }
    Table present = schema.tableFor(table.id);
    OutboxColumns columns = table.columns;
    if (columns == null || !columns.areOf(present)) {
      TableSchema shape = schema.schemaFor(table.id);
      if (present == null || shape == null) {
        throw unknown(table);
      }
      columns = new OutboxColumns(present, shape.valueSchema(), converters);
      table.columns = columns;
    }
    return columns;
  }

  /** The numbers will mean something else. */
  void forgetNumbers() {
    tables.clear();
  }

  private static HaltException unknown(Numbered table) {
    return CaptureFailures.unknownShape(table.id.toString(), null);
  }
}
