package dev.outrail.stock.ledger;

import java.util.Collection;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The stock of SKUs. Each method is one statement in the caller's transaction. */
@Component
public final class SkuStocks {

  private static final String TAKE =
      """
      SELECT sku.sku_id, sku.stock, sku.lock_stock
      FROM JSON_TABLE(:skuIds, '$[*]' COLUMNS (sku_id BIGINT PATH '$')) AS wanted
      STRAIGHT_JOIN sku_stock sku FORCE INDEX (PRIMARY) ON sku.sku_id = wanted.sku_id
      FOR UPDATE OF sku
      """;

  private static final String CHANGE =
      """
      UPDATE JSON_TABLE(:changes, '$[*]' COLUMNS (
        sku_id BIGINT PATH '$[0]', stock INT PATH '$[1]', lock_stock INT PATH '$[2]',
        sold INT PATH '$[3]')) AS delta
      STRAIGHT_JOIN sku_stock sku FORCE INDEX (PRIMARY) ON sku.sku_id = delta.sku_id
      SET sku.stock = sku.stock + delta.stock,
          sku.lock_stock = sku.lock_stock + delta.lock_stock,
          sku.sold = sku.sold + delta.sold,
          sku.actual_stock = sku.actual_stock + delta.stock + delta.lock_stock
      """;

  private final JdbcClient jdbc;

  SkuStocks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Takes the stock of these SKUs until the transaction ends, by ascending SKU. After {@link
   * OrderLocks#take}, and only once in a transaction.
   */
  public StockCount take(Collection<Long> skuIds) {
    StockCount count = new StockCount();
    jdbc.sql(TAKE)
        .param("skuIds", Rows.ids(skuIds))
        .query(
            row -> {
              count.read(row.getLong("sku_id"), row.getInt("stock"), row.getInt("lock_stock"));
            });
    return count;
  }

  /**
   * Writes what was counted.
   *
   * @throws IncorrectUpdateSemanticsDataAccessException if a SKU that was taken were not there
   */
  public void change(StockCount count) {
    Collection<StockCount.Change> changes = count.changes();
    if (changes.isEmpty()) {
      return;
    }
    String rows =
        changes.stream()
            .map(one -> Rows.row(one.skuId(), one.stock(), one.lockStock(), one.sold()))
            .collect(Rows.joined());
    Rows.require(
        changes.size(), jdbc.sql(CHANGE).param("changes", rows).update(), "counting stock");
  }
}
