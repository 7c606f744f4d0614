package dev.outrail.relay.capture;

import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableEditor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows the primary key that MySQL has made itself ({@code sql_generate_invisible_primary_key}).
 * It stays the first column, whatever {@code FIRST} says in a statement, which the parser does not
 * know. It does so while it is invisible only; DDL read so far does not tell that, so it is
 * presumed. A row shows whether that was right, by the types of its columns, and where these cannot
 * differ nothing is presumed.
 */
final class GeneratedKey {

  private static final String NAME = "my_row_id";

  private GeneratedKey() {}

  /**
   * The table as a statement has left it.
   *
   * @param before as it was
   * @param after what the parser makes of the statement
   * @return null if no row could show which of both columns is the first
   */
  static @Nullable Table keptFirst(Table before, Table after) {
    List<Column> columns = after.columns();
    int now =
        IntStream.range(0, columns.size()).filter(i -> isKey(columns.get(i))).findFirst().orElse(0);
    if (now == 0 || before.columns().isEmpty() || !isKey(before.columns().get(0))) {
      return after;
    }
    Column key = columns.get(now);
    if (columns.subList(0, now).stream().allMatch(other -> TableShape.areAlike(key, other))) {
      return null;
    }
    List<Column> kept = new ArrayList<>(columns);
    kept.add(0, kept.remove(now));
    TableEditor editor = after.edit();
    editor.setColumns(
        IntStream.range(0, kept.size())
            .mapToObj(i -> kept.get(i).edit().position(i + 1).create())
            .toList());
    return editor.create();
  }

  private static boolean isKey(Column column) {
    return column.name().equalsIgnoreCase(NAME);
  }
}
