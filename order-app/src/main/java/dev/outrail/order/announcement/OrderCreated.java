package dev.outrail.order.announcement;

import java.time.Instant;
import java.util.List;

/**
 * An order that waits for payment, its stock locked: the payload of {@code order.created.v1}.
 *
 * @param total payable, minor units
 * @param currency ISO 4217
 */
public record OrderCreated(
    long orderId,
    long userId,
    long shopId,
    long total,
    String currency,
    Instant createdAt,
    List<Item> items) {

  /**
   * A line of it.
   *
   * @param price of one piece, minor units
   */
  public record Item(long skuId, int count, long price) {}
}
