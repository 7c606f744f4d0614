package dev.outrail.stock.ledger;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The stock of the SKUs that a transaction has taken, counted on in memory for one order after the
 * other; {@link SkuStocks#change} writes it. For one thread.
 */
public final class StockCount {

  private final SortedMap<Long, Sku> skus = new TreeMap<>();

  /** A SKU as it is in the table. */
  public void read(long skuId, int stock, int lockStock) {
    skus.put(skuId, new Sku(stock, lockStock));
  }

  public boolean knows(long skuId) {
    return skus.containsKey(skuId);
  }

  /** Pieces that are free to sell; none of a SKU that has no stock. */
  public int free(long skuId) {
    Sku sku = skus.get(skuId);
    return sku == null ? 0 : sku.stock + sku.stockChange;
  }

  /** Pieces that are held for orders. */
  public int held(long skuId) {
    Sku sku = skus.get(skuId);
    return sku == null ? 0 : sku.lockStock + sku.lockStockChange;
  }

  /** From free to held. */
  public void lock(long skuId, int pieces) {
    change(skuId, -pieces, pieces, 0);
  }

  /** From held to free. */
  public void release(long skuId, int pieces) {
    change(skuId, pieces, -pieces, 0);
  }

  /** From held to sold. */
  public void sellHeld(long skuId, int pieces) {
    change(skuId, 0, -pieces, pieces);
  }

  /** From free to sold. */
  public void sellFree(long skuId, int pieces) {
    change(skuId, -pieces, 0, pieces);
  }

  /** By ascending SKU; only those that have changed. */
  Collection<Change> changes() {
    return skus.entrySet().stream()
        .map(
            entry -> {
              Sku sku = entry.getValue();
              return new Change(
                  entry.getKey(), sku.stockChange, sku.lockStockChange, sku.soldChange);
            })
        .filter(change -> change.stock() != 0 || change.lockStock() != 0 || change.sold() != 0)
        .toList();
  }

  private void change(long skuId, int stock, int lockStock, int sold) {
    Sku sku = skus.get(skuId);
    if (sku == null) {
      throw new IllegalArgumentException("SKU " + skuId + " has no stock that was taken");
    }
    sku.stockChange += stock;
    sku.lockStockChange += lockStock;
    sku.soldChange += sold;
  }

  record Change(long skuId, int stock, int lockStock, int sold) {}

  private static final class Sku {

    private final int stock;
    private final int lockStock;
    private int stockChange;
    private int lockStockChange;
    private int soldChange;

    Sku(int stock, int lockStock) {
      this.stock = stock;
      this.lockStock = lockStock;
    }
  }
}
