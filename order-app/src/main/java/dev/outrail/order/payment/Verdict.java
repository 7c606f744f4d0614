package dev.outrail.order.payment;

import dev.outrail.order.CloseReason;
import dev.outrail.order.state.StoredOrder;
import org.jspecify.annotations.Nullable;

/** What becomes of an order that a payment was made for. */
enum Verdict {
  /** The order becomes paid by this payment. */
  PAY,
  /** It timed out while the payment was under way, and becomes paid all the same. */
  REVIVE,
  /** It is paid by this very payment; nothing is left to do. */
  ALREADY_DONE,
  /** Rejected: there is no such order, or none that anybody may pay yet. */
  ORDER_UNKNOWN,
  /** Rejected: it was closed for good before the payment arrived. */
  ORDER_CLOSED,
  /** Rejected: another payment paid it. */
  ORDER_PAID_OTHERWISE,
  /** Rejected: not what the order costs, or in another currency. */
  AMOUNT_DIFFERS;

  /**
   * Decides; changes nothing.
   *
   * @param order as it is stored, locked; null when there is none
   */
  static Verdict on(
      @Nullable StoredOrder order, PaymentSucceeded payment, PaymentSucceeded.Part part) {
    if (order == null) {
      return ORDER_UNKNOWN;
    }
    Long paidBy = order.payId();
    if (paidBy != null && paidBy == payment.payId()) {
      return ALREADY_DONE;
    }
    boolean fits = order.total() == part.amount() && order.currency().equals(payment.currency());
    return switch (order.status()) {
      case SUBMITTED -> ORDER_UNKNOWN;
      case UNPAID -> fits ? PAY : AMOUNT_DIFFERS;
      case PAID, SHIPPED, SUCCESS -> ORDER_PAID_OTHERWISE;
      case CLOSED ->
          order.closeReason() != CloseReason.TIMED_OUT
              ? ORDER_CLOSED
              : fits ? REVIVE : AMOUNT_DIFFERS;
    };
  }
}
