package dev.outrail.payment.payment;

/**
 * The part of a payment that belongs to one order.
 *
 * @param amount minor units, in the payment's currency
 */
public record PaymentPart(OrderId orderId, long amount, PartState state) {}
