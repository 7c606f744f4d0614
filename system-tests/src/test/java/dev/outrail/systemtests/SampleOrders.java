package dev.outrail.systemtests;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Unpaid orders with items, and the stock that is locked for them. */
final class SampleOrders {

  static final long USER = 7;
  private static final int SKUS = 20;
  private static final int RECEIVED = 100_000;

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transaction;
  private final Random random;

  SampleOrders(DataSource anyDatabase, Random random) {
    this.jdbc = new JdbcTemplate(anyDatabase);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(anyDatabase));
    this.random = random;
  }

  /** Has all that the work creates written in one transaction: many orders in one go. */
  void atOnce(Runnable work) {
    transaction.executeWithoutResult(status -> work.run());
  }

  /** Creates orders with the ids from {@code first} on, each with one to three items. */
  List<Long> create(long first, int count) {
    List<Object[]> orders = new ArrayList<>();
    List<Object[]> items = new ArrayList<>();
    List<Object[]> locks = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    for (long orderId = first; orderId < first + count; orderId++) {
      long total = 0;
      int firstSku = random.nextInt(SKUS);
      for (int item = 0; item <= random.nextInt(3); item++) {
        long sku = 9_000 + (firstSku + item) % SKUS;
        int pieces = 1 + random.nextInt(4);
        long price = 100 + random.nextInt(10_000);
        total += pieces * price;
        items.add(new Object[] {orderId, sku, "Sample " + sku, pieces, price});
        locks.add(new Object[] {orderId, sku, pieces});
      }
      orders.add(new Object[] {orderId, 1 + random.nextInt(3), USER, total});
      ids.add(orderId);
    }
    for (long sku = 9_000; sku < 9_000 + SKUS; sku++) {
      jdbc.update(
          """
          INSERT IGNORE INTO mall4cloud_stock.sku_stock (sku_id, stock, lock_stock, actual_stock)
          VALUES (?, ?, 0, ?)
          """,
          sku,
          RECEIVED,
          RECEIVED);
    }
    jdbc.batchUpdate(
        """
        INSERT INTO mall4cloud_order.order_item (order_id, sku_id, sku_name, count, price)
        VALUES (?, ?, ?, ?, ?)
        """,
        items);
    jdbc.batchUpdate(
        """
        INSERT INTO mall4cloud_stock.sku_stock_lock (order_id, sku_id, count) VALUES (?, ?, ?)
        """,
        locks);
    jdbc.batchUpdate(
        """
        UPDATE mall4cloud_stock.sku_stock SET stock = stock - ?, lock_stock = lock_stock + ?
        WHERE sku_id = ?
        """,
        locks.stream().map(lock -> new Object[] {lock[2], lock[2], lock[1]}).toList());
    jdbc.batchUpdate(
        """
        INSERT INTO mall4cloud_order.orders (order_id, shop_id, user_id, total) VALUES (?, ?, ?, ?)
        """,
        orders);
    return ids;
  }
}
