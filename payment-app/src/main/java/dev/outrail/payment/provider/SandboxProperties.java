package dev.outrail.payment.provider;

import dev.outrail.mall.client.HttpUrls;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the sandbox provider confirms and pays back.
 *
 * @param noticeUrl what it calls back
 * @param confirmAfter how long after the request it confirms first
 * @param attempts how many calls it makes in all until one is answered with success
 * @param firstBackOff the pause after the first failed call; doubled after each further one
 * @param longestBackOff where the doubling ends
 * @param timeout how long a call may take, connecting and answering each
 * @param maxPending how many payments may wait for their confirmation; more are refused
 * @param refundFailures every so many-th answer to a refund gets lost after it was booked; 0 for
 *     none
 */
@Validated
@ConfigurationProperties("outrail.payment.sandbox")
record SandboxProperties(
    @NotNull @DefaultValue("http://localhost:8126/mall4cloud_payment/notice/pay/order")
        URI noticeUrl,
    @DurationMin @DefaultValue("200ms") Duration confirmAfter,
    @Min(1) @Max(100) @DefaultValue("10") int attempts,
    @DurationMin(millis = 1) @DefaultValue("500ms") Duration firstBackOff,
    @DurationMin(millis = 1) @DurationMax(hours = 1) @DefaultValue("30s") Duration longestBackOff,
    @DurationMin(millis = 1) @DurationMax(minutes = 1) @DefaultValue("5s") Duration timeout,
    @Min(1) @DefaultValue("10000") int maxPending,
    @Min(0) @DefaultValue("0") int refundFailures) {

  /**
   * @throws IllegalArgumentException if the URL is not one of http or https
   */
  SandboxProperties {
    HttpUrls.require("outrail.payment.sandbox.notice-url", noticeUrl);
  }
}
