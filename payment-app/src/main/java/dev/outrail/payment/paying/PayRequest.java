package dev.outrail.payment.paying;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /pay/order}, as it came.
 *
 * @param orderIds the orders to pay
 * @param returnUrl where the payer goes afterwards
 */
record PayRequest(@Nullable List<@Nullable Long> orderIds, @Nullable String returnUrl) {}
