package dev.outrail.payment.notice;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
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
    @NotNull @Size(min = 32) String secret,
    @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1) @DefaultValue("5m")
        Duration tolerance) {

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "NoticeProperties[tolerance=" + tolerance + "]";
  }
}
