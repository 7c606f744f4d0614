package dev.outrail.payment.refund;

import dev.outrail.payment.provider.PaymentProvider;
import dev.outrail.payment.provider.RefundReceipt;
import dev.outrail.payment.provider.RefundRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Asks the provider for a batch of refunds that are due. Thread-safe. */
@Component
class RefundRound {

  private static final Logger log = LoggerFactory.getLogger(RefundRound.class);

  private final DueRefunds dueRefunds;
  private final PaymentProvider provider;
  private final RefundProperties properties;
  private final RefundMetrics metrics;

  RefundRound(
      DueRefunds dueRefunds,
      PaymentProvider provider,
      RefundProperties properties,
      RefundMetrics metrics) {
    this.dueRefunds = dueRefunds;
    this.provider = provider;
    this.properties = properties;
    this.metrics = metrics;
  }

  /**
   * Takes a batch and asks for each of it. Any number of instances may do so at once.
   *
   * <ol>
   *   <li>Take parts that are due: their next attempt is put off by the lease, committed. A crash
   *       before this commit leaves all as it was; a crash after it delays the parts by the lease.
   *   <li>Ask the provider, with no transaction open. A crash after it leaves money paid back and a
   *       part that says REFUND_PENDING. When the lease is over, it is asked for again with the
   *       same key, and the provider answers what it answered then.
   *   <li>Settle: REFUND_PENDING to REFUNDED by compare-and-set, one transaction a part. Before its
   *       commit, see step 2; after it, nothing is left to do. If the provider refused, or nobody
   *       knows what it did, the problem is stored and the next attempt put off: a crash before
   *       that leaves the lease to run out.
   * </ol>
   *
   * <p>A part that fails does not keep the others from their turn. What is not asked for when the
   * lease is over, or when it is to end, is left to the next round.
   *
   * @param ending asked before each call to the provider
   * @return how many parts were taken
   * @throws org.springframework.dao.DataAccessException if none could be taken
   */
  int run(BooleanSupplier ending) {
    long start = System.nanoTime();
    List<DueRefund> taken = dueRefunds.take(properties.batchSize(), properties.lease());
    for (DueRefund each : taken) {
      if (ending.getAsBoolean() || System.nanoTime() - start >= properties.lease().toNanos()) {
        log.info("Not all of {} refunds could be asked for; the others follow later", taken.size());
        break;
      }
      refund(each);
    }
    return taken.size();
  }

  private void refund(DueRefund refund) {
    try {
      RefundReceipt receipt = provider.refund(refund.request());
      settle(refund, receipt);
    } catch (RefundRefusedException e) {
      log.error(
          "The provider refuses to pay back {} for the {}, see to it; asked again in {}: {}",
          refund.money(),
          refund.part(),
          properties.refusedPause(),
          e.getMessage());
      metrics.refused();
      postpone(refund, "refused: " + e.getMessage(), properties.refusedPause());
    } catch (RuntimeException e) {
      Duration pause = properties.backOff(refund.attempt());
      log.warn(
          "Attempt {} to have {} paid back for the {} came to no known end, next in {}",
          refund.attempt(),
          refund.money(),
          refund.part(),
          pause,
          e);
      metrics.failed();
      postpone(refund, "not known whether done: " + e.getMessage(), pause);
    }
  }

  private void settle(DueRefund refund, RefundReceipt receipt) {
    switch (dueRefunds.settle(refund.part(), receipt)) {
      case DONE -> {
        metrics.refunded();
        log.info(
            "{} paid back for the {}, number {}",
            refund.money(),
            refund.part(),
            receipt.refundNo());
      }
      case DONE_BEFORE ->
          log.info("The {} was refunded by another instance meanwhile", refund.part());
      case PAID_TWICE -> {
        metrics.paidTwice();
        log.error(
            "The provider paid {} back twice for the {}, the second time with number {}: settle it with the provider",
            refund.money(),
            refund.part(),
            receipt.refundNo());
      }
    }
  }

  /** If it fails, the lease decides when the part is due, and the others still have their turn. */
  private void postpone(DueRefund refund, String problem, Duration pause) {
    try {
      dueRefunds.postpone(refund, problem, pause);
    } catch (RuntimeException e) {
      log.warn("The problem with the refund of the {} could not be stored", refund.part(), e);
    }
  }
}
