package dev.outrail.stock.sale;

import dev.outrail.stock.LockStatus;
import org.jspecify.annotations.Nullable;

/**
 * Stock of one SKU that is held for an order.
 *
 * @param count pieces held
 * @param lockStock pieces of the SKU that are held for all orders together; null when the SKU has
 *     no stock row
 */
record HeldStock(long skuId, int count, LockStatus status, @Nullable Integer lockStock) {}
