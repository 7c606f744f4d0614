package dev.outrail.order.state;

import java.time.Instant;

/**
 * An order that becomes paid.
 *
 * @param payTime when the provider confirmed the payment
 */
public record PaidOrder(long orderId, long payId, Instant payTime) {}
