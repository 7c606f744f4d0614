package dev.outrail.payment.refund;

import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.RefundReason;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What order-app says with {@value #TYPE}: an order could not take what was paid for it.
 *
 * @param amount what was paid for the order, minor units
 */
public record Rejection(PayId payId, OrderId orderId, long amount, RefundReason reason) {

  /** The event type that carries it. */
  public static final String TYPE = "order.payment-rejected.v1";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads the event's payload.
   *
   * @throws ImpossibleRejectionException if it does not follow its schema
   */
  public static Rejection read(byte[] payload) {
    try {
      return JSON.readValue(payload, Payload.class).rejection();
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new ImpossibleRejectionException(
          "the payload does not follow the schema of " + TYPE + ": " + e.getMessage(), e);
    }
  }

  private record Payload(long payId, long orderId, long amount, @Nullable RefundReason reason) {

    Rejection rejection() {
      if (reason == null) {
        throw new IllegalArgumentException("reason is missing");
      }
      return new Rejection(new PayId(payId), new OrderId(orderId), amount, reason);
    }
  }
}
