package dev.outrail.payment.orders;

import dev.outrail.mall.client.HttpUrls;
import dev.outrail.mall.client.ServiceClient;
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
 * How order-app is reached.
 *
 * @param url where it is, with its context path
 * @param connectTimeout how long a connection may take
 * @param readTimeout how long an answer may take, per try
 * @param retries how often a question is put again after a failed try
 * @param retryDelay the pause before the first repetition; doubled for each further one
 */
@Validated
@ConfigurationProperties("outrail.payment.order-app")
public record OrderAppProperties(
    @NotNull @DefaultValue("http://localhost:8106/mall4cloud_order") URI url,
    @DurationMin(millis = 1) @DurationMax(minutes = 1) @DefaultValue("1s") Duration connectTimeout,
    @DurationMin(millis = 1) @DurationMax(minutes = 1) @DefaultValue("3s") Duration readTimeout,
    @Min(0) @Max(10) @DefaultValue("2") int retries,
    @DurationMin(millis = 1) @DurationMax(seconds = 10) @DefaultValue("100ms")
        Duration retryDelay) {
  /**
   * @throws IllegalArgumentException if the URL is not one of http or https
   */
  public OrderAppProperties {
    HttpUrls.require("outrail.payment.order-app.url", url);
  }

  ServiceClient.Reach reach() {
    return new ServiceClient.Reach(url, connectTimeout, readTimeout, retries, retryDelay);
  }
}
