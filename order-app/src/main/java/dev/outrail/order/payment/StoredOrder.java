package dev.outrail.order.payment;

import dev.outrail.order.OrderStatus;
import org.jspecify.annotations.Nullable;

/**
 * What of an order decides whether a payment can pay it.
 *
 * @param total payable, minor units
 * @param payId the payment that paid it, null while unpaid
 */
record StoredOrder(
    long orderId, OrderStatus status, long total, String currency, @Nullable Long payId) {}
