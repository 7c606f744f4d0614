package dev.outrail.demo;

import dev.outrail.testbed.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What a payment leaves behind in the three databases. Not thread-safe. */
final class Effects implements AutoCloseable {

  private static final String PAID =
      """
      SELECT COUNT(*) FROM mall4cloud_payment.pay_info WHERE pay_id = :payId AND pay_status = 1
      """;

  private static final String PAID_ORDERS =
      """
      SELECT COUNT(*) FROM mall4cloud_order.orders
      WHERE order_id IN (:orderIds) AND status = 2 AND is_payed = 1
      """;

  private static final String OPEN_LOCKS =
      """
      SELECT COUNT(*) FROM mall4cloud_stock.sku_stock_lock
      WHERE order_id IN (:orderIds) AND status <> 1
      """;

  private static final String EFFECTIVE =
      """
      SELECT COUNT(*) FROM mall4cloud_payment.paid_order
      WHERE order_id IN (:orderIds) AND pay_id = :payId
      """;

  private static final String AMOUNT =
      """
      SELECT COUNT(*) FROM mall4cloud_payment.pay_info
      WHERE pay_id = :payId AND pay_amount =
        (SELECT SUM(total) FROM mall4cloud_order.orders WHERE order_id IN (:orderIds))
      """;

  private static final String STOCK =
      """
      SELECT SUM(stock) AS free, SUM(lock_stock) AS locked, SUM(actual_stock) AS actual
      FROM mall4cloud_stock.sku_stock
      """;

  private static final String PIECES =
      """
      SELECT SUM(count) FROM mall4cloud_order.order_item WHERE order_id IN (:orderIds)
      """;

  private final SingleConnectionDataSource connection;
  private final JdbcClient jdbc;

  /** Sums over all SKUs. */
  record Stock(long free, long locked, long actual) {}

  Effects(MySqlServer mysql) {
    try {
      Connection one = mysql.dataSource("").getConnection();
      connection = new SingleConnectionDataSource(one, true);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot connect to MySQL", e);
    }
    jdbc = JdbcClient.create(connection);
  }

  boolean isPaid(long payId) {
    return jdbc.sql(PAID).param("payId", payId).query(Long.class).single() == 1;
  }

  boolean areOrdersPaid(List<Long> orderIds) {
    return jdbc.sql(PAID_ORDERS).param("orderIds", orderIds).query(Long.class).single()
        == orderIds.size();
  }

  boolean isStockSold(List<Long> orderIds) {
    return jdbc.sql(OPEN_LOCKS).param("orderIds", orderIds).query(Long.class).single() == 0;
  }

  Stock stock() {
    return jdbc.sql(STOCK).query(Stock.class).single();
  }

  /** What is not as it should be once all hops are through. */
  List<String> problems(long payId, List<Long> orderIds, Stock before) {
    List<String> problems = new ArrayList<>();
    long effective =
        jdbc.sql(EFFECTIVE)
            .param("orderIds", orderIds)
            .param("payId", payId)
            .query(Long.class)
            .single();
    if (effective != orderIds.size()) {
      problems.add("payment %d is effective for %d orders only".formatted(payId, effective));
    }
    if (jdbc.sql(AMOUNT)
            .param("payId", payId)
            .param("orderIds", orderIds)
            .query(Long.class)
            .single()
        != 1) {
      problems.add("the amount of payment " + payId + " is not the sum of its orders");
    }
    long pieces = jdbc.sql(PIECES).param("orderIds", orderIds).query(Long.class).single();
    Stock expected = new Stock(before.free, before.locked - pieces, before.actual - pieces);
    if (!stock().equals(expected)) {
      problems.add("the stock is %s, expected %s".formatted(stock(), expected));
    }
    return problems;
  }

  @Override
  public void close() {
    connection.destroy();
  }
}
