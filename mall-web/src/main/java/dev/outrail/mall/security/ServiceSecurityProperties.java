package dev.outrail.mall.security;

import jakarta.validation.constraints.NotNull;
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
public record ServiceSecurityProperties(
    @NotNull(message = "set outrail.security.service-secret: " + ServiceSecurityProperties.NEEDED)
        String serviceSecret) {

  private static final String NEEDED =
      "at least 32 random characters, the same in all applications";

  /** Not a {@code @Size}: a failed one would write the secret into the log. */
  public ServiceSecurityProperties {
    if (serviceSecret != null && serviceSecret.length() < 32) {
      throw new IllegalArgumentException(
          "outrail.security.service-secret has %d characters, it needs %s"
              .formatted(serviceSecret.length(), NEEDED));
    }
  }

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "ServiceSecurityProperties[serviceSecret=hidden]";
  }
}
