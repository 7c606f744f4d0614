package dev.outrail.stock.lookup;

/**
 * Stock of a SKU; {@code actualStock} is the sum of {@code stock} and {@code lockStock}.
 *
 * @param stock free to sell
 * @param lockStock held for orders that are not paid yet
 * @param actualStock in the warehouse
 * @param sold pieces that orders have paid for
 */
record SkuStock(long skuId, int stock, int lockStock, int actualStock, int sold) {}
