package dev.outrail.payment.notice;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.PayStatus;
import dev.outrail.payment.payment.Payment;
import dev.outrail.payment.payment.Payments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Service;

/** Decides what a notice does, once its signature has been checked. Thread-safe. */
@Service
class Notices {

  private static final Logger log = LoggerFactory.getLogger(Notices.class);
  private static final int RETRIES = 4;

  private final Payments payments;
  private final PaySuccess paySuccess;
  private final RefusedNotices refused;
  private final Clock clock;
  private final RetryTemplate repeating =
      new RetryTemplate(
          RetryPolicy.builder()
              .maxRetries(RETRIES)
              .delay(Duration.ofMillis(20))
              .jitter(Duration.ofMillis(10))
              .multiplier(2)
              .includes(ConcurrencyFailureException.class)
              .build());

  Notices(Payments payments, PaySuccess paySuccess, RefusedNotices refused, Clock clock) {
    this.payments = payments;
    this.paySuccess = paySuccess;
    this.refused = refused;
    this.clock = clock;
  }

  /**
   * Applies a notice. Repeated, or several at once, it does so once. One of money that no payment
   * takes is kept, for somebody to settle it.
   *
   * @param content the notice as received
   * @throws ConcurrencyFailureException if it was the victim of deadlocks {@value #RETRIES} times
   *     more than once; nothing changed, the provider may call again
   */
  NoticeOutcome apply(Notice notice, String content) {
    NoticeOutcome outcome = repeating.invoke(() -> tryToApply(notice, content));
    if (outcome.isRefusal()) {
      refused.keep(notice, outcome, content);
    }
    return outcome;
  }

  private NoticeOutcome tryToApply(Notice notice, String content) {
    PayId payId = new PayId(notice.payId());
    Payment payment = payments.find(payId).orElse(null);
    if (payment == null) {
      log.warn("A signed notice names payment {}, which does not exist", payId);
      return NoticeOutcome.UNKNOWN_PAYMENT;
    }
    if (!sameMoney(notice, payment.money())) {
      log.error(
          "Notice for payment {} refused: it says {} {}, asked for was {}; settle it with the provider",
          payId,
          notice.amount(),
          notice.currency(),
          payment.money());
      return NoticeOutcome.MONEY_DIFFERS;
    }
    if (payment.status() != PayStatus.UNPAY) {
      return repeated(notice, payment);
    }
    // What the column can hold, so that row and event say the same.
    Instant received = clock.instant().truncatedTo(ChronoUnit.MICROS);
    String bizPayNo = Objects.requireNonNull(notice.bizPayNo());
    if (!paySuccess.apply(payment, bizPayNo, content, received)) {
      throw new OptimisticLockingFailureException("payment " + payId + " changed meanwhile");
    }
    log.info("Payment {} of {} confirmed by notice {}", payId, payment.money(), bizPayNo);
    return NoticeOutcome.CONFIRMED;
  }

  private NoticeOutcome repeated(Notice notice, Payment payment) {
    if (Objects.equals(notice.bizPayNo(), payment.bizPayNo())) {
      return NoticeOutcome.REPEATED;
    }
    log.error(
        "Notice for payment {} refused: it was confirmed as {} before, now as {}; if that was charged"
            + " twice, the provider has to pay one back",
        payment.payId(),
        payment.bizPayNo(),
        notice.bizPayNo());
    return NoticeOutcome.CONFIRMED_OTHERWISE;
  }

  private static boolean sameMoney(Notice notice, Money asked) {
    return notice.amount() == asked.amount() && asked.currency().equals(notice.currency());
  }
}
