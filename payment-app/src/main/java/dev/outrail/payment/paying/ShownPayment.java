package dev.outrail.payment.paying;

import dev.outrail.payment.payment.PartState;
import dev.outrail.payment.payment.PayStatus;
import dev.outrail.payment.payment.Payment;
import dev.outrail.payment.payment.PaymentPart;
import dev.outrail.payment.payment.RefundReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a payer sees of a payment.
 *
 * @param amount minor units
 * @param parts by ascending order id
 */
record ShownPayment(
    long payId, PayStatus status, long amount, String currency, List<ShownPart> parts) {

  /**
   * @param amount minor units
   * @param reason why it is, or was, paid back; null if it is not
   * @param refundTime when it was paid back; null until then
   */
  record ShownPart(
      long orderId,
      long amount,
      PartState state,
      @Nullable RefundReason reason,
      @Nullable Instant refundTime) {}

  static ShownPayment of(Payment payment, List<PaymentPart> parts) {
    return new ShownPayment(
        payment.payId().value(),
        payment.status(),
        payment.money().amount(),
        payment.money().currency(),
        parts.stream()
            .map(
                part ->
                    new ShownPart(
                        part.orderId().value(),
                        part.amount(),
                        part.state(),
                        part.reason(),
                        part.refundTime()))
            .toList());
  }
}
