package dev.outrail.payment.provider;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PayId;

/**
 * What a provider is asked to pay back: the part of a payment that was for one order.
 *
 * @param bizPayNo the number that the provider gave the payment
 */
public record RefundRequest(PayId payId, String bizPayNo, OrderId orderId, Money money) {

  /**
   * The same for each attempt, so that the provider pays back once. Names the part, not the
   * payment: parts of one payment may be rejected at different times, and each part is paid back at
   * most once in its life.
   */
  public String idempotencyKey() {
    return payId + "-" + orderId;
  }
}
