package dev.outrail.payment.notice;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which notices are believed.
 *
 * @param secret what the provider signs with, 32 characters or more
 * @param tolerance how far the time of a signature may be from now, either way
 */
@Validated
@ConfigurationProperties("outrail.payment.notice")
record NoticeProperties(
    @NotNull String secret,
    @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1) @DefaultValue("5m")
        Duration tolerance) {

  private static final int MIN_LENGTH = 32;

  /** Not a {@code @Size}: a failed one would write the secret into the log. */
  NoticeProperties {
    if (secret != null && secret.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "outrail.payment.notice.secret has %d characters, it needs at least %d"
              .formatted(secret.length(), MIN_LENGTH));
    }
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "NoticeProperties[tolerance=" + tolerance + "]";
  }
}
