package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.debezium.config.CommonConnectorConfig.EventProcessingFailureHandlingMode;
import io.debezium.connector.binlog.event.RowDeserializers;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Updates by sessions with {@code binlog_row_value_options=PARTIAL_JSON}, whatever the type of the
 * table's columns: an updated row begins with options, and may hold what has changed in a JSON
 * column in place of its value. The library has no decoder for them.
 */
final class PartialUpdates extends RowDeserializers.UpdateRowsDeserializer {

  private static final int HAS_DIFFERENCES = 1;

  /** Like others, but for rows that do not hold all values. */
  static final class Data extends UpdateRowsEventData {

    private final transient BitSet incomplete = new BitSet();

    /** Whether a JSON column of the updated row is there as a difference only. */
    boolean isIncomplete(int row) {
      return incomplete.get(row);
    }
  }

  private final Map<Long, TableMapEventData> tables;

  PartialUpdates(Map<Long, TableMapEventData> tables) {
    super(tables, EventProcessingFailureHandlingMode.FAIL);
    this.tables = tables;
  }

  @Override
  public Data deserialize(ByteArrayInputStream in) throws IOException {
    Data data = new Data();
    long table = in.readLong(6);
    data.setTableId(table);
    in.read(2); // reserved
    in.read(in.readInteger(2) - 2); // extra information
    int columns = in.readPackedInteger();
    data.setIncludedColumnsBeforeUpdate(in.readBitSet(columns, true));
    data.setIncludedColumns(in.readBitSet(columns, true));
    int[] json = jsonColumns(table);
    List<Map.Entry<Serializable[], Serializable[]>> rows = new ArrayList<>();
    while (in.available() > 0) {
      Serializable[] before = deserializeRow(table, data.getIncludedColumnsBeforeUpdate(), in);
      BitSet differs =
          (in.readPackedInteger() & HAS_DIFFERENCES) == 0
              ? new BitSet()
              : in.readBitSet(json.length, true);
      Serializable[] after = deserializeRow(table, data.getIncludedColumns(), in);
      for (int i = differs.nextSetBit(0); i >= 0; i = differs.nextSetBit(i + 1)) {
        if (!complete(data, json[i], before, after)) {
          data.incomplete.set(rows.size());
        }
      }
      rows.add(Map.entry(before, after));
    }
    data.setRows(rows);
    return data;
  }

  /** One that has not changed is there as no difference, and is what it was. */
  private static boolean complete(
      Data data, int column, Serializable[] before, Serializable[] after) {
    int is = IdChanges.place(data.getIncludedColumns(), column);
    int was = IdChanges.place(data.getIncludedColumnsBeforeUpdate(), column);
    if (is < 0) {
      return true;
    }
    if (was < 0 || !(after[is] instanceof byte[] difference) || difference.length > 0) {
      return false;
    }
    after[is] = before[was];
    return true;
  }

  /** Their numbers. */
  private int[] jsonColumns(long table) {
    TableMapEventData map = tables.get(table);
    byte[] types = map == null ? new byte[0] : map.getColumnTypes();
    return IntStream.range(0, types.length)
        .filter(i -> (types[i] & 0xff) == ColumnType.JSON.getCode())
        .toArray();
  }
}
