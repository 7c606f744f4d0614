package dev.outrail.payment.provider;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.PayId;
import org.jspecify.annotations.Nullable;

/**
 * What a provider is asked to collect.
 *
 * @param returnUrl where it sends the payer afterwards, or null
 */
public record ProviderRequest(PayId payId, Money money, @Nullable String returnUrl) {}
