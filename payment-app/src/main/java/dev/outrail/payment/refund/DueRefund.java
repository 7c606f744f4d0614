package dev.outrail.payment.refund;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.PartId;
import dev.outrail.payment.provider.RefundRequest;

/**
 * A part to pay back, taken for one attempt.
 *
 * @param bizPayNo the number that the provider gave the payment
 * @param attempt which one this is, from 1; whoever takes the part next has a higher one
 */
record DueRefund(PartId part, Money money, String bizPayNo, int attempt) {

  RefundRequest request() {
    return new RefundRequest(part.payId(), bizPayNo, part.orderId(), money);
  }
}
