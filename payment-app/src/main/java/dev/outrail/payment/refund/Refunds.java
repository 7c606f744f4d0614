package dev.outrail.payment.refund;

import dev.outrail.payment.payment.PaidOrders;
import dev.outrail.payment.payment.PartState;
import dev.outrail.payment.payment.PayStatus;
import dev.outrail.payment.payment.Payment;
import dev.outrail.payment.payment.PaymentPart;
import dev.outrail.payment.payment.Payments;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Marks what is to be paid back. Paying it back is not done yet. Thread-safe. */
@Service
public class Refunds {

  private static final Logger log = LoggerFactory.getLogger(Refunds.class);

  private final Payments payments;
  private final PaidOrders paidOrders;

  Refunds(Payments payments, PaidOrders paidOrders) {
    this.payments = payments;
    this.paidOrders = paidOrders;
  }

  /**
   * The part of the payment becomes REFUND_PENDING, and the payment as a whole when all its parts
   * are. Whatever the reason, the payment is no longer the effective one of the order, so that
   * {@code isPay} tells the truth and another payment of the order can become it: order-app, which
   * decides about its orders, will take or reject that one in turn.
   *
   * <p>Runs in the caller's transaction, which holds the payment's row until it ends. Applied again
   * it changes nothing.
   *
   * @throws ImpossibleRejectionException if there is no such payment, order or amount, or the
   *     payment was never confirmed; nothing was written
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void apply(Rejection rejection) {
    Payment payment =
        payments
            .findAndLock(rejection.payId())
            .orElseThrow(() -> impossible(rejection, "the payment does not exist"));
    List<PaymentPart> parts = payments.parts(rejection.payId());
    PaymentPart part =
        parts.stream()
            .filter(each -> each.orderId().equals(rejection.orderId()))
            .findFirst()
            .orElseThrow(() -> impossible(rejection, "the payment was not made for this order"));
    if (part.amount() != rejection.amount()) {
      throw impossible(rejection, "the payment has an amount of " + part.amount() + " for it");
    }
    switch (part.state()) {
      case PENDING -> throw impossible(rejection, "the payment is not confirmed");
      case EFFECTIVE -> refund(payment, parts, part, rejection);
      case REFUND_PENDING, REFUNDED ->
          log.info("Order {} of payment {} is refunded already", part.orderId(), payment.payId());
    }
  }

  private void refund(
      Payment payment, List<PaymentPart> parts, PaymentPart part, Rejection rejection) {
    payments.markRefundPending(payment.payId(), part, rejection.reason());
    paidOrders.release(payment.payId(), part.orderId());
    boolean othersEffective =
        parts.stream()
            .anyMatch(other -> !other.equals(part) && other.state() == PartState.EFFECTIVE);
    if (!othersEffective && payment.status() == PayStatus.PAYED) {
      payments.refundAll(payment.payId());
    }
    log.warn(
        "Order {} could not take payment {}: {}; {} {} are to be paid back",
        part.orderId(),
        payment.payId(),
        rejection.reason(),
        part.amount(),
        payment.money().currency());
  }

  private static ImpossibleRejectionException impossible(Rejection rejection, String why) {
    return new ImpossibleRejectionException(
        "order-app rejects payment %s for order %s (%d, %s), but %s"
            .formatted(
                rejection.payId(),
                rejection.orderId(),
                rejection.amount(),
                rejection.reason(),
                why),
        null);
  }
}
