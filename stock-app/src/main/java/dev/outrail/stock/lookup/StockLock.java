package dev.outrail.stock.lookup;

import dev.outrail.stock.LockStatus;

/**
 * Stock of one SKU that is, or was, held for an order.
 *
 * @param count pieces
 * @param status the number of {@code statusName}: 0 locked, 1 used, -1 released
 */
record StockLock(long orderId, long skuId, int count, int status, LockStatus statusName) {}
