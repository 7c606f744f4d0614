package dev.outrail.stock.ledger;

import dev.outrail.stock.LockStatus;
import org.jspecify.annotations.Nullable;

/**
 * Stock of one SKU that is, or was, held for an order.
 *
 * @param count pieces
 * @param rejectedPayId the payment that was rejected because this had been released and there was
 *     too little stock; null if none was
 */
public record HeldStock(
    long orderId, long skuId, int count, LockStatus status, @Nullable Long rejectedPayId) {

  /** Stock to be held. */
  public static HeldStock locked(long orderId, long skuId, int count) {
    return new HeldStock(orderId, skuId, count, LockStatus.LOCKED, null);
  }
}
