package dev.outrail.bench.question.flow;

import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import dev.outrail.testbed.mysql.MySqlServer;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tells what a changed row of the mall means. Immutable. */
final class MallRows {

  private static final String COLUMNS =
      """
      SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME, '.', COLUMN_NAME), ORDINAL_POSITION - 1
      FROM information_schema.columns WHERE TABLE_SCHEMA LIKE 'mall4cloud%'
      """;

  private static final String PAYMENTS = "mall4cloud_payment.pay_info";
  private static final String ORDERS = "mall4cloud_order.orders";
  private static final String LOCKS = "mall4cloud_stock.sku_stock_lock";

  private static final long PAID = 1;
  private static final long ORDER_PAID = 2;
  private static final long LOCK_USED = 1;

  private final Map<String, Integer> columns;

  private MallRows(Map<String, Integer> columns) {
    this.columns = Map.copyOf(columns);
  }

  /**
   * @param payId of an order that is paid, else 0
   */
  record Change(Hop hop, long id, long payId) {}

  /** For tables as they are now. */
  static MallRows of(MySqlServer mysql) {
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(COLUMNS)) {
      Map<String, Integer> columns = new HashMap<>();
      while (found.next()) {
        columns.put(found.getString(1), found.getInt(2));
      }
      return new MallRows(columns);
    } catch (SQLException e) {
      throw new IllegalStateException("Asking for the mall's columns", e);
    }
  }

  /** What the update of a row means; nothing if it is no hop. */
  Optional<Change> change(TableMapEventData table, Serializable[] before, Serializable[] after) {
    String name = table.getDatabase() + "." + table.getTable();
    return switch (name) {
      case PAYMENTS ->
          became(name + ".pay_status", PAID, before, after)
              ? Optional.of(new Change(Hop.PAID, number(name + ".pay_id", after), 0))
              : Optional.empty();
      case ORDERS ->
          became(name + ".status", ORDER_PAID, before, after)
              ? Optional.of(
                  new Change(
                      Hop.ORDER_PAID,
                      number(name + ".order_id", after),
                      number(name + ".pay_id", after)))
              : Optional.empty();
      case LOCKS ->
          became(name + ".status", LOCK_USED, before, after)
              ? Optional.of(new Change(Hop.SOLD, number(name + ".order_id", after), 0))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private boolean became(String column, long value, Serializable[] before, Serializable[] after) {
    return number(column, before) != value && number(column, after) == value;
  }

  private long number(String column, Serializable[] row) {
    Integer index = columns.get(column);
    if (index == null) {
      throw new IllegalStateException("There is no column " + column);
    }
    return ((Number) row[index]).longValue();
  }
}
