package dev.outrail.stock.security;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Prefix {@code outrail.security}.
 *
 * @param serviceSecret signs the tokens by which applications call each other; the same in all of
 *     them, at least 32 characters, no default
 */
@Validated
@ConfigurationProperties("outrail.security")
record SecurityProperties(
    @NotNull(
            message =
                "set outrail.security.service-secret: at least 32 random characters, the same in all applications")
        @Size(
            min = 32,
            message = "outrail.security.service-secret must have at least 32 characters")
        String serviceSecret) {

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "SecurityProperties[serviceSecret=hidden]";
  }
}
