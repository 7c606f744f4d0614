package dev.outrail.payment.paying;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What may be asked for.
 *
 * @param maxOrdersPerPayment how many orders a payment, or a question about payments, may name; 100
 *     is what order-app answers at once
 * @param allowedReturnHosts the hosts that a payer may be sent to afterwards, without port; none
 *     unless given
 */
@Validated
@ConfigurationProperties("outrail.payment")
record PayingProperties(
    @Min(1) @Max(100) @DefaultValue("50") int maxOrdersPerPayment,
    @NotNull @DefaultValue
        Set<
                @Pattern(
                    regexp = "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:.]+]",
                    message = "must be a host name or address, without scheme, port or path")
                String>
            allowedReturnHosts) {}
