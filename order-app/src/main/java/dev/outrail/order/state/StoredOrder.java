package dev.outrail.order.state;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What of an order decides what may become of it.
 *
 * @param total payable, minor units
 * @param payId the payment that paid it, null while unpaid
 * @param closeReason null unless closed, and for orders closed before reasons were kept
 * @param asOf when it was read, by the database's clock
 */
public record StoredOrder(
    long orderId,
    long userId,
    OrderStatus status,
    long total,
    String currency,
    @Nullable Long payId,
    @Nullable CloseReason closeReason,
    Instant asOf) {

  /** The same order once this payment has paid it. */
  public StoredOrder paidBy(long payment) {
    return new StoredOrder(orderId, userId, OrderStatus.PAID, total, currency, payment, null, asOf);
  }

  /** The same order once it is closed. */
  public StoredOrder closed(CloseReason reason) {
    return new StoredOrder(
        orderId, userId, OrderStatus.CLOSED, total, currency, null, reason, asOf);
  }
}
