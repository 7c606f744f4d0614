package dev.outrail.order.stock;

import java.util.List;

/**
 * What is to be locked: all of it, or nothing.
 *
 * @param orders at least one
 */
public record LockRequest(List<Order> orders) {

  /** What an order needs. */
  public record Order(long orderId, List<Item> items) {}

  /** So many pieces of a sku. */
  public record Item(long skuId, int count) {}
}
