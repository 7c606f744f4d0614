package dev.outrail.payment.refund;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How refunds are asked of the provider.
 *
 * @param interval how long after the start, and after a round that left nothing due, the next round
 *     begins
 * @param batchSize how many refunds an instance takes at once; it asks for them one after the other
 * @param lease how long what was taken is left alone by others; then, its instance has died or is
 *     slow, it is asked for again. Longer than a batch usually takes
 * @param firstBackOff the pause after an attempt of which nobody knows whether it did anything;
 *     doubled after each further one
 * @param longestBackOff where the doubling ends
 * @param refusedPause the pause after the provider has refused: only its operators can change that
 */
@Validated
@ConfigurationProperties("outrail.payment.refund")
record RefundProperties(
    @NotNull @DurationMin(millis = 10) @DurationMax(hours = 1) @DefaultValue("1s")
        Duration interval,
    @Min(1) @Max(1000) @DefaultValue("20") int batchSize,
    @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1) @DefaultValue("1m") Duration lease,
    @NotNull @DurationMin(millis = 1) @DurationMax(hours = 24) @DefaultValue("5s")
        Duration firstBackOff,
    @NotNull @DurationMin(millis = 1) @DurationMax(hours = 24) @DefaultValue("10m")
        Duration longestBackOff,
    @NotNull @DurationMin(seconds = 1) @DurationMax(days = 7) @DefaultValue("6h")
        Duration refusedPause) {

  private static final int MAX_DOUBLINGS = 30;

  /**
   * @throws IllegalArgumentException if the back-off would have to shrink
   */
  RefundProperties {
    if (firstBackOff != null
        && longestBackOff != null
        && firstBackOff.compareTo(longestBackOff) > 0) {
      throw new IllegalArgumentException(
          "outrail.payment.refund.longest-back-off must not be below first-back-off, %s is below %s"
              .formatted(longestBackOff, firstBackOff));
    }
  }

  /**
   * The pause after the attempt of this number.
   *
   * @param attempt from 1
   */
  Duration backOff(int attempt) {
    Duration pause = firstBackOff.multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
    return pause.compareTo(longestBackOff) < 0 ? pause : longestBackOff;
  }
}
