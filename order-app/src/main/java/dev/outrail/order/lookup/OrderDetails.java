package dev.outrail.order.lookup;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as its user sees it.
 *
 * @param total payable, minor units
 * @param status the number of {@code statusName}
 * @param payId the payment that paid it, null while unpaid
 * @param closeReason null unless closed, and for orders closed before reasons were kept
 * @param closeTime as {@code closeReason}
 */
record OrderDetails(
    long orderId,
    long shopId,
    long total,
    String currency,
    int status,
    OrderStatus statusName,
    boolean payed,
    @Nullable Long payId,
    @Nullable Instant payTime,
    Instant createTime,
    @Nullable CloseReason closeReason,
    @Nullable Instant closeTime,
    List<Item> items) {

  /**
   * A line of it.
   *
   * @param price of one piece, minor units
   */
  record Item(long skuId, String skuName, int count, long price) {}
}
