package dev.outrail.stock.lookup;

/**
 * Stock of a SKU; {@code actualStock} is the sum of the other two.
 *
 * @param stock free to sell
 * @param lockStock held for orders that are not paid yet
 * @param actualStock in the warehouse
 */
record SkuStock(long skuId, int stock, int lockStock, int actualStock) {}
