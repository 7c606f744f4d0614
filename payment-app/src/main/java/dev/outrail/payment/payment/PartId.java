package dev.outrail.payment.payment;

/** Names the part of a payment that belongs to one order. */
public record PartId(PayId payId, OrderId orderId) {

  /** The numbers in the order of the primary key of {@code pay_order}. */
  Object[] key() {
    return new Object[] {payId.value(), orderId.value()};
  }

  @Override
  public String toString() {
    return "order %s of payment %s".formatted(orderId, payId);
  }
}
