package dev.outrail.payment.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The part of a payment that belongs to one order.
 *
 * @param amount minor units, in the payment's currency
 * @param reason why it is, or was, paid back; null if it is not
 * @param refundTime when the provider had paid it back; null until then
 */
public record PaymentPart(
    PartId id,
    long amount,
    PartState state,
    @Nullable RefundReason reason,
    @Nullable Instant refundTime) {

  public PayId payId() {
    return id.payId();
  }

  public OrderId orderId() {
    return id.orderId();
  }
}
