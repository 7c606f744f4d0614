package dev.outrail.stock.sale;

import dev.outrail.stock.LockStatus;
import java.util.List;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The stock tables, as far as selling goes. Each method works in the caller's transaction, and each
 * takes rows in ascending order of the SKU: the locks come first in the joins, read along their
 * key.
 */
@Component
final class HeldStocks {

  private static final String LOCK =
      """
      SELECT held.sku_id, held.count, held.status, sku.lock_stock
      FROM sku_stock_lock held LEFT JOIN sku_stock sku ON sku.sku_id = held.sku_id
      WHERE held.order_id = :orderId
      ORDER BY held.sku_id
      FOR UPDATE
      """;

  private static final String DEDUCT =
      """
      UPDATE sku_stock_lock held STRAIGHT_JOIN sku_stock sku ON sku.sku_id = held.sku_id
      SET sku.lock_stock = sku.lock_stock - held.count,
          sku.actual_stock = sku.actual_stock - held.count
      WHERE held.order_id = :orderId AND held.status = 0
      """;

  private static final String USE =
      """
      UPDATE sku_stock_lock SET status = 1 WHERE order_id = :orderId AND status = 0
      """;

  private final JdbcClient jdbc;

  HeldStocks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Locks all that is held for the order, and its SKUs' stock, until the transaction ends. */
  List<HeldStock> lock(long orderId) {
    return jdbc.sql(LOCK)
        .param("orderId", orderId)
        .query(
            (row, n) ->
                new HeldStock(
                    row.getLong("sku_id"),
                    row.getInt("count"),
                    LockStatus.of(row.getInt("status")),
                    row.getObject("lock_stock", Integer.class)))
        .list();
  }

  /**
   * Takes what is locked for the order out of the stock and sets its locks from locked to used.
   *
   * @param skus how many SKUs are locked for it
   * @throws IncorrectUpdateSemanticsDataAccessException if it were not that many after all
   */
  void sell(long orderId, int skus) {
    require(skus, jdbc.sql(DEDUCT).param("orderId", orderId).update(), "stock rows", orderId);
    require(skus, jdbc.sql(USE).param("orderId", orderId).update(), "locks", orderId);
  }

  private static void require(int expected, int actual, String what, long orderId) {
    if (actual != expected) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "selling order %d changed %d %s, expected %d".formatted(orderId, actual, what, expected));
    }
  }
}
