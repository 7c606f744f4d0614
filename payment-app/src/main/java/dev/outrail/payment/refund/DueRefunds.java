package dev.outrail.payment.refund;

import dev.outrail.payment.payment.Money;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PartId;
import dev.outrail.payment.payment.PartState;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.Payments;
import dev.outrail.payment.provider.RefundReceipt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The refund columns of {@code pay_order}. All times are the database's, so that the clocks of
 * several instances do not matter.
 */
@Repository
class DueRefunds {

  /**
   * By the index that has them in the order of their time: else all that wait would be locked. The
   * payment is locked, too, to be read as committed last: a plain read would be as old as the
   * statement's beginning, and a part that is due since then would come without its charge.
   */
  private static final String DUE =
      """
      SELECT part.pay_id, part.order_id, part.amount, part.refund_attempts,
             payment.currency, payment.biz_pay_no
        FROM pay_order part FORCE INDEX (idx_refund)
             STRAIGHT_JOIN pay_info payment ON payment.pay_id = part.pay_id
       WHERE part.state = :refundPending
         AND (part.refund_due IS NULL OR part.refund_due <= CURRENT_TIMESTAMP(6))
       ORDER BY part.refund_due
       LIMIT :limit
         FOR UPDATE OF part SKIP LOCKED
         FOR SHARE OF payment SKIP LOCKED
      """;

  private static final String LEASE =
      """
      UPDATE pay_order FORCE INDEX (PRIMARY)
         SET refund_attempts = refund_attempts + 1,
             refund_due = CURRENT_TIMESTAMP(6) + INTERVAL :micros MICROSECOND
       WHERE (pay_id, order_id) IN (:parts)
      """;

  private static final String SETTLE =
      """
      UPDATE pay_order
         SET state = :refunded, refund_no = :refundNo, refund_time = CURRENT_TIMESTAMP(6),
             refund_due = NULL, refund_problem = NULL
       WHERE pay_id = :payId AND order_id = :orderId AND state = :refundPending
      """;

  private static final String REFUND_NO =
      """
      SELECT refund_no FROM pay_order
       WHERE pay_id = :payId AND order_id = :orderId AND state = :refunded
      """;

  private static final String NOTE =
      """
      UPDATE pay_order
         SET refund_problem = :problem
       WHERE pay_id = :payId AND order_id = :orderId AND state = :refunded
      """;

  private static final String POSTPONE =
      """
      UPDATE pay_order
         SET refund_problem = :problem,
             refund_due = CURRENT_TIMESTAMP(6) + INTERVAL :micros MICROSECOND
       WHERE pay_id = :payId AND order_id = :orderId AND state = :refundPending
         AND refund_attempts = :attempt
      """;

  private static final String WAITING =
      """
      SELECT COUNT(*) FROM pay_order WHERE state = :refundPending
      """;

  // Column pay_order.refund_problem.
  private static final int MAX_PROBLEM = 500;

  /** What the provider's receipt meant for a part. */
  enum Settlement {
    /** It is paid back now. */
    DONE,
    /** It was settled before, with the same number. */
    DONE_BEFORE,
    /** It was settled before, with another number: the provider says that it has paid twice. */
    PAID_TWICE
  }

  private final JdbcClient jdbc;
  private final Payments payments;

  DueRefunds(JdbcClient jdbc, Payments payments) {
    this.jdbc = jdbc;
    this.payments = payments;
  }

  /**
   * Takes parts that are due, those first that have waited longest, and puts their next attempt off
   * by the lease. Of several calls at once each takes others and none waits. Committed when this
   * returns; a crash later leaves the parts to whoever asks once the lease is over.
   *
   * <p>READ COMMITTED: there are no locks on gaps, over which two calls could deadlock.
   */
  @Transactional(propagation = Propagation.REQUIRES_NEW, isolation = Isolation.READ_COMMITTED)
  public List<DueRefund> take(int atMost, Duration lease) {
    List<DueRefund> taken =
        jdbc.sql(DUE)
            .param("refundPending", PartState.REFUND_PENDING.column())
            .param("limit", atMost)
            .query(DueRefunds::dueRefund)
            .list();
    if (!taken.isEmpty()) {
      int rows =
          jdbc.sql(LEASE)
              .param("micros", micros(lease))
              .param(
                  "parts",
                  taken.stream()
                      .map(DueRefund::part)
                      .map(part -> new Object[] {part.payId().value(), part.orderId().value()})
                      .toList())
              .update();
      require(taken.size(), rows, taken.toString());
    }
    return taken;
  }

  /**
   * REFUND_PENDING to REFUNDED, and the payment too with the last of its parts. Committed when this
   * returns.
   *
   * <p>A part that was settled before stays as it is; a second number is kept as its problem.
   *
   * @throws IncorrectUpdateSemanticsDataAccessException if it was never to be paid back
   */
  @Transactional(propagation = Propagation.REQUIRES_NEW)
  public Settlement settle(PartId part, RefundReceipt receipt) {
    payments.findAndLock(List.of(part.payId()));
    int rows =
        jdbc.sql(SETTLE)
            .param("refunded", PartState.REFUNDED.column())
            .param("refundNo", receipt.refundNo())
            .param("payId", part.payId().value())
            .param("orderId", part.orderId().value())
            .param("refundPending", PartState.REFUND_PENDING.column())
            .update();
    if (rows == 0) {
      return settledBefore(part, receipt);
    }
    require(1, rows, part.toString());
    payments.refundedIfAllPartsAre(part.payId());
    return Settlement.DONE;
  }

  private Settlement settledBefore(PartId part, RefundReceipt receipt) {
    String before =
        jdbc.sql(REFUND_NO)
            .param("payId", part.payId().value())
            .param("orderId", part.orderId().value())
            .param("refunded", PartState.REFUNDED.column())
            .query(String.class)
            .optional()
            .orElseThrow(
                () ->
                    new IncorrectUpdateSemanticsDataAccessException(
                        "The %s was not to be paid back, and the provider says that it did, number %s"
                            .formatted(part, receipt.refundNo())));
    if (receipt.refundNo().equals(before)) {
      return Settlement.DONE_BEFORE;
    }
    int rows =
        jdbc.sql(NOTE)
            .param("problem", cut("paid back again, number " + receipt.refundNo()))
            .param("payId", part.payId().value())
            .param("orderId", part.orderId().value())
            .param("refunded", PartState.REFUNDED.column())
            .update();
    require(1, rows, part.toString());
    return Settlement.PAID_TWICE;
  }

  /**
   * Says why an attempt failed and when the next one is due, unless another has taken the part
   * meanwhile or it is settled.
   */
  @Transactional(propagation = Propagation.REQUIRES_NEW)
  public void postpone(DueRefund refund, String problem, Duration pause) {
    int rows =
        jdbc.sql(POSTPONE)
            .param("problem", cut(problem))
            .param("micros", micros(pause))
            .param("payId", refund.part().payId().value())
            .param("orderId", refund.part().orderId().value())
            .param("refundPending", PartState.REFUND_PENDING.column())
            .param("attempt", refund.attempt())
            .update();
    if (rows > 1) {
      require(1, rows, refund.toString());
    }
  }

  /** How many parts are to be paid back and are not yet. */
  public long waiting() {
    return jdbc.sql(WAITING)
        .param("refundPending", PartState.REFUND_PENDING.column())
        .query(Long.class)
        .single();
  }

  private static String cut(String problem) {
    return problem.length() > MAX_PROBLEM ? problem.substring(0, MAX_PROBLEM) : problem;
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  private static void require(int expected, int rows, String what) {
    if (rows != expected) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "changed %d rows of pay_order, expected %d: %s".formatted(rows, expected, what));
    }
  }

  private static DueRefund dueRefund(ResultSet row, int number) throws SQLException {
    return new DueRefund(
        new PartId(new PayId(row.getLong("pay_id")), new OrderId(row.getLong("order_id"))),
        new Money(row.getLong("amount"), row.getString("currency")),
        row.getString("biz_pay_no"),
        row.getInt("refund_attempts") + 1);
  }
}
