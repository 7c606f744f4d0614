package dev.outrail.stock.lookup;

import dev.outrail.stock.LockStatus;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads stock and locks; takes no row locks. */
@Component
final class StockQueries {

  private static final String STOCK =
      """
      SELECT sku_id, stock, lock_stock, actual_stock, sold FROM sku_stock WHERE sku_id = :skuId
      """;

  private static final String LOCKS =
      """
      SELECT order_id, sku_id, count, status
      FROM sku_stock_lock
      WHERE order_id = :orderId
      ORDER BY sku_id
      """;

  private final JdbcClient jdbc;

  StockQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<SkuStock> stock(long skuId) {
    return jdbc.sql(STOCK)
        .param("skuId", skuId)
        .query(
            (row, n) ->
                new SkuStock(
                    row.getLong("sku_id"),
                    row.getInt("stock"),
                    row.getInt("lock_stock"),
                    row.getInt("actual_stock"),
                    row.getInt("sold")))
        .optional();
  }

  /** By ascending SKU; empty when nothing was ever held for the order. */
  List<StockLock> locks(long orderId) {
    return jdbc.sql(LOCKS)
        .param("orderId", orderId)
        .query(
            (row, n) -> {
              LockStatus status = LockStatus.of(row.getInt("status"));
              return new StockLock(
                  row.getLong("order_id"),
                  row.getLong("sku_id"),
                  row.getInt("count"),
                  status.number(),
                  status);
            })
        .list();
  }
}
