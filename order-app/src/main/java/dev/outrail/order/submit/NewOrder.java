package dev.outrail.order.submit;

import java.util.List;

/**
 * An order to be written.
 *
 * @param total payable, minor units
 * @param items at least one, by ascending sku id
 */
record NewOrder(long orderId, long shopId, long total, String currency, List<Item> items) {

  /** So many pieces of a sku. */
  record Item(Sku sku, int count) {}
}
