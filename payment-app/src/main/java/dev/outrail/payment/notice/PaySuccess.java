package dev.outrail.payment.notice;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.payment.payment.PaidOrders;
import dev.outrail.payment.payment.PartState;
import dev.outrail.payment.payment.Payment;
import dev.outrail.payment.payment.PaymentPart;
import dev.outrail.payment.payment.PaymentParts;
import dev.outrail.payment.payment.Payments;
import dev.outrail.payment.payment.RefundReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Makes a payment paid, and the event that says so. */
@Component
class PaySuccess {

  private final Payments payments;
  private final PaymentParts parts;
  private final PaidOrders paidOrders;
  private final Outbox outbox;

  PaySuccess(Payments payments, PaymentParts parts, PaidOrders paidOrders, Outbox outbox) {
    this.payments = payments;
    this.parts = parts;
    this.paidOrders = paidOrders;
    this.outbox = outbox;
  }

  /**
   * One transaction that holds nothing else; a crash anywhere before its commit leaves nothing, and
   * the provider's next call does it all:
   *
   * <ol>
   *   <li>UNPAY to PAYED, if the row is still as it was seen. Of several calls at once, one does
   *       it.
   *   <li>Per order, in ascending order, the claim to be its effective payment. Where another
   *       payment has it, this part is to be refunded.
   *   <li>The event with the orders that were claimed. If there are none, the whole payment is to
   *       be refunded and there is no event.
   * </ol>
   *
   * @return false if the payment has changed since it was seen; nothing was written then
   * @throws org.springframework.dao.DataAccessException if the database fails, also as the victim
   *     of a deadlock; nothing was written, it can be tried again
   */
  @Transactional(propagation = Propagation.REQUIRES_NEW)
  public boolean apply(Payment seen, String bizPayNo, String content, Instant received) {
    if (!payments.confirm(seen, bizPayNo, content, received)) {
      return false;
    }
    List<PaymentPart> effective = new ArrayList<>();
    for (PaymentPart part : parts.of(seen.payId())) {
      if (paidOrders.claim(seen, part.orderId(), received)) {
        parts.markEffective(part.id());
        effective.add(part);
      } else {
        parts.markRefundPending(
            List.of(part.id()), PartState.PENDING, RefundReason.ORDER_PAID_OTHERWISE);
      }
    }
    if (effective.isEmpty()) {
      payments.refundAll(List.of(seen.payId()));
    } else {
      outbox.append(PaymentSucceeded.event(seen, effective, received));
    }
    return true;
  }
}
