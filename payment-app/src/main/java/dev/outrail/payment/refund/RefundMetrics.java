package dev.outrail.payment.refund;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * Refunds in numbers. What waits is counted after each round, for all instances together: take the
 * highest, not the sum. Attempts are each instance's own.
 */
@Component
final class RefundMetrics {

  private static final String ATTEMPTS = "outrail.payment.refund.attempts";

  private final AtomicLong waiting = new AtomicLong();
  private final Counter refunded;
  private final Counter refused;
  private final Counter failed;
  private final Counter paidTwice;

  RefundMetrics(MeterRegistry registry) {
    Gauge.builder("outrail.payment.refund.waiting", waiting, AtomicLong::get)
        .description("parts of payments that are to be paid back and are not yet")
        .register(registry);
    this.refunded = attempts(registry, "refunded");
    this.refused = attempts(registry, "refused");
    this.failed = attempts(registry, "failed");
    this.paidTwice = attempts(registry, "paid_twice");
  }

  private static Counter attempts(MeterRegistry registry, String outcome) {
    return Counter.builder(ATTEMPTS)
        .description("attempts to have a part paid back, by what came of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  void waiting(long count) {
    waiting.set(count);
  }

  void refunded() {
    refunded.increment();
  }

  void refused() {
    refused.increment();
  }

  void failed() {
    failed.increment();
  }

  void paidTwice() {
    paidTwice.increment();
  }
}
