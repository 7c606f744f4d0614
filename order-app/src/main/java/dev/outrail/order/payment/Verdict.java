package dev.outrail.order.payment;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of an order that a payment was made for. The names of the rejecting ones are the
 * reasons in {@code order.payment-rejected.v1}.
 */
enum Verdict {
  /** The order becomes paid by this payment. */
  PAY,
  /** It is paid by this very payment; nothing is left to do. */
  ALREADY_DONE,
  /** Rejected: there is no such order. */
  ORDER_UNKNOWN,
  /** Rejected: it was closed before the payment arrived. */
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
    return switch (order.status()) {
      case PAID, SHIPPED, SUCCESS -> ORDER_PAID_OTHERWISE;
      case CLOSED -> ORDER_CLOSED;
      case UNPAID ->
          order.total() == part.amount() && order.currency().equals(payment.currency())
              ? PAY
              : AMOUNT_DIFFERS;
    };
  }
}
