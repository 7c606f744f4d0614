package dev.outrail.order.closing;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When orders are closed by themselves.
 *
 * @param payTimeout how long an order may stay unpaid
 * @param submitTimeout how long a submission may take, after which its orders cannot be opened any
 *     more; longer than any client goes on repeating it
 * @param interval the pause between two looks for overdue orders
 * @param batchSize how many orders one transaction closes at most
 */
@Validated
@ConfigurationProperties("outrail.order.close")
record ClosingProperties(
    @DurationMin(seconds = 1) @DurationMax(days = 365) @DefaultValue("30m") Duration payTimeout,
    @DurationMin(seconds = 1) @DurationMax(days = 1) @DefaultValue("2m") Duration submitTimeout,
    @DurationMin(millis = 10) @DurationMax(hours = 1) @DefaultValue("1s") Duration interval,
    @Min(1) @Max(1_000) @DefaultValue("200") int batchSize) {}
