package dev.outrail.payment.refund;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PartId;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.RefundReason;

/**
 * What order-app says with {@value #TYPE}: an order could not take what was paid for it.
 *
 * @param amount what was paid for the order, minor units
 */
public record Rejection(PartId part, long amount, RefundReason reason) {

  /** The event type that carries it. */
  public static final String TYPE = "order.payment-rejected.v1";

  /**
   * From the fields of the event's JSON.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  @JsonCreator
  static Rejection of(
      @JsonProperty("payId") long payId,
      @JsonProperty("orderId") long orderId,
      @JsonProperty("amount") long amount,
      @JsonProperty("reason") RefundReason reason) {
    if (amount < 1) {
      throw new IllegalArgumentException("amount must be 1 or more, not " + amount);
    }
    return new Rejection(new PartId(new PayId(payId), new OrderId(orderId)), amount, reason);
  }
}
