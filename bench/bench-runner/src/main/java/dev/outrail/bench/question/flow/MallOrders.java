package dev.outrail.bench.question.flow;

import dev.outrail.testbed.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Orders of the mall that wait for payment, with their items and locked stock, and their end. */
final class MallOrders {

  static final long USER = 7;

  /** Payments that are made without the shop have the number of their order plus this. */
  static final long FIRST_PAY_ID = 1_000_000_000;

  private static final long FIRST_SKU = 9_000;
  private static final int SKUS = 100;
  private static final int PIECES = 10_000_000;
  private static final int PRICE = 1_000;

  /** One to three items of one piece each. */
  private static final String ORDERS =
      """
      SET SESSION cte_max_recursion_depth = 1000000;
      CREATE TEMPORARY TABLE mall4cloud_order.wanted (order_id BIGINT PRIMARY KEY)
      WITH RECURSIVE number (n) AS (SELECT %1$d UNION ALL SELECT n + 1 FROM number WHERE n < %2$d)
      SELECT n AS order_id FROM number;
      INSERT INTO mall4cloud_order.orders (order_id, shop_id, user_id, total)
      SELECT order_id, 1 + order_id %% 3, %3$d, %4$d * (1 + order_id %% 3)
      FROM mall4cloud_order.wanted;
      INSERT INTO mall4cloud_order.order_item (order_id, sku_id, sku_name, count, price)
      SELECT order_id, %5$d + (order_id + item.n) %% %6$d, 'Sample', 1, %4$d
      FROM mall4cloud_order.wanted
      JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2) item ON item.n <= order_id %% 3;
      DROP TEMPORARY TABLE mall4cloud_order.wanted;
      """;

  private static final String STOCK =
      """
      INSERT IGNORE INTO mall4cloud_stock.sku_stock (sku_id, stock, lock_stock, actual_stock)
      SELECT DISTINCT sku_id, %3$d, 0, %3$d FROM mall4cloud_order.order_item
      WHERE order_id BETWEEN %1$d AND %2$d;
      INSERT INTO mall4cloud_stock.sku_stock_lock (order_id, sku_id, count)
      SELECT order_id, sku_id, count FROM mall4cloud_order.order_item
      WHERE order_id BETWEEN %1$d AND %2$d;
      UPDATE mall4cloud_stock.sku_stock s
      JOIN (SELECT sku_id, SUM(count) AS pieces FROM mall4cloud_stock.sku_stock_lock
            WHERE order_id BETWEEN %1$d AND %2$d GROUP BY sku_id) l USING (sku_id)
      SET s.stock = s.stock - l.pieces, s.lock_stock = s.lock_stock + l.pieces;
      """;

  private static final String PAYMENTS =
      """
      INSERT INTO mall4cloud_payment.pay_info (pay_id, user_id, sys_type, pay_amount, currency)
      SELECT %3$d + order_id, user_id, 0, total, currency FROM mall4cloud_order.orders
      WHERE order_id BETWEEN %1$d AND %2$d;
      INSERT INTO mall4cloud_payment.pay_order (pay_id, order_id, amount)
      SELECT %3$d + order_id, order_id, total FROM mall4cloud_order.orders
      WHERE order_id BETWEEN %1$d AND %2$d;
      """;

  private static final String LAST =
      "SELECT COALESCE(MAX(order_id), 0) FROM mall4cloud_order.orders";

  /** Orders that are not paid by the payment that is effective for them, or hold unsold stock. */
  private static final String UNDONE =
      """
      SELECT COUNT(*) FROM mall4cloud_order.orders o
      WHERE o.order_id BETWEEN %1$d AND %2$d
        AND NOT (o.status = 2 AND o.is_payed = 1
          AND EXISTS (SELECT 1 FROM mall4cloud_payment.pay_order p
            WHERE p.order_id = o.order_id AND p.pay_id = o.pay_id AND p.state = 1)
          AND NOT EXISTS (SELECT 1 FROM mall4cloud_stock.sku_stock_lock l
            WHERE l.order_id = o.order_id AND l.status <> 1))
      """;

  /** Pieces that were sold without a lock that says so, of all orders so far. */
  private static final String OVERSOLD =
      """
      SELECT SUM(ABS(s.sold - (SELECT COALESCE(SUM(l.count), 0) FROM mall4cloud_stock.sku_stock_lock l
        WHERE l.sku_id = s.sku_id AND l.status = 1))) FROM mall4cloud_stock.sku_stock s
      """;

  private final MySqlServer mysql;

  MallOrders(MySqlServer mysql) {
    this.mysql = mysql;
  }

  /** Creates orders and returns the first one's number; the others follow. */
  long create(int count) {
    long first = number(LAST) + 1;
    long last = first + count - 1;
    mysql.execute(
        ORDERS.formatted(first, last, USER, PRICE, FIRST_SKU, SKUS)
            + STOCK.formatted(first, last, PIECES));
    return first;
  }

  /** Creates a payment for each of the orders, as the shop would. */
  void createPayments(long first, int count) {
    mysql.execute(PAYMENTS.formatted(first, first + count - 1, FIRST_PAY_ID));
  }

  /** What an order costs. */
  static long total(long orderId) {
    return PRICE * (1 + orderId % 3);
  }

  /** How many of the orders are not wholly done. */
  long undone(long first, int count) {
    return number(UNDONE.formatted(first, first + count - 1));
  }

  /** How many pieces are sold more than once. */
  long oversold() {
    return number(OVERSOLD);
  }

  private long number(String sql) {
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
