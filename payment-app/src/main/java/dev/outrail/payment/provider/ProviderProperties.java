package dev.outrail.payment.provider;

import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Which provider takes the payments.
 *
 * @param provider has no default: the sandbox confirms what nobody has paid, so it is never taken
 *     unless asked for
 */
@Validated
@ConfigurationProperties("outrail.payment")
record ProviderProperties(@NotNull Kind provider) {

  /** The providers there are. */
  enum Kind {
    SANDBOX
  }
}
