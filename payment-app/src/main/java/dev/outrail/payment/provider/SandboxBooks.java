package dev.outrail.payment.provider;

import dev.outrail.payment.payment.Money;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table {@code sandbox_refund}: what the sandbox provider paid back. In the database, since a
 * provider's books outlive the applications that call it; written in transactions of their own,
 * since nothing that an application rolls back undoes what a provider did. Thread-safe.
 */
final class SandboxBooks {

  /** Holds the payment, so that refunds of its parts are booked one after the other. */
  private static final String COLLECTED =
      """
      SELECT pay_amount, currency FROM pay_info
       WHERE pay_id = :payId AND biz_pay_no = :bizPayNo
         FOR UPDATE
      """;

  private static final String BOOKED =
      """
      SELECT pay_id, order_id, amount, currency, refund_no FROM sandbox_refund
       WHERE idempotency_key = :key
      """;

  private static final String PAID_BACK =
      """
      SELECT COALESCE(SUM(amount), 0) FROM sandbox_refund WHERE pay_id = :payId
      """;

  private static final String BOOK =
      """
      INSERT INTO sandbox_refund (idempotency_key, pay_id, order_id, amount, currency, refund_no)
      VALUES (:key, :payId, :orderId, :amount, :currency, :refundNo)
      """;

  private static final String COUNT_REQUEST =
      """
      UPDATE sandbox_refund SET requests = requests + 1 WHERE idempotency_key = :key
      """;

  private record Booked(long payId, long orderId, Money money, String refundNo) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  SandboxBooks(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactionManager);
    this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  /**
   * Pays back, committed when this returns. The same request again is counted and answered with the
   * same number.
   *
   * @throws RefundRefusedException if the key stands for something else, no such payment was
   *     collected, or it would be more than was; nothing was booked
   */
  RefundReceipt refund(RefundRequest request) {
    return transaction.execute(status -> book(request));
  }

  private RefundReceipt book(RefundRequest request) {
    Money collected = collected(request);
    Booked before = booked(request.idempotencyKey());
    if (before != null) {
      return again(request, before);
    }
    requireEnough(request, collected);
    String refundNo = "sandbox-" + UUID.randomUUID();
    int rows =
        jdbc.sql(BOOK)
            .param("key", request.idempotencyKey())
            .param("payId", request.payId().value())
            .param("orderId", request.orderId().value())
            .param("amount", request.money().amount())
            .param("currency", request.money().currency())
            .param("refundNo", refundNo)
            .update();
    requireOne(rows, request);
    return new RefundReceipt(refundNo);
  }

  private Money collected(RefundRequest request) {
    return jdbc.sql(COLLECTED)
        .param("payId", request.payId().value())
        .param("bizPayNo", request.bizPayNo())
        .query((row, number) -> new Money(row.getLong("pay_amount"), row.getString("currency")))
        .optional()
        .orElseThrow(
            () ->
                new RefundRefusedException(
                    "no payment %s was collected under %s"
                        .formatted(request.payId(), request.bizPayNo())));
  }

  private @Nullable Booked booked(String key) {
    return jdbc.sql(BOOKED)
        .param("key", key)
        .query(
            (row, number) ->
                new Booked(
                    row.getLong("pay_id"),
                    row.getLong("order_id"),
                    new Money(row.getLong("amount"), row.getString("currency")),
                    row.getString("refund_no")))
        .optional()
        .orElse(null);
  }

  private RefundReceipt again(RefundRequest request, Booked before) {
    if (before.payId() != request.payId().value()
        || before.orderId() != request.orderId().value()
        || !before.money().equals(request.money())) {
      throw new RefundRefusedException(
          "key %s was used for a refund of %s before, not of %s"
              .formatted(request.idempotencyKey(), before.money(), request.money()));
    }
    requireOne(jdbc.sql(COUNT_REQUEST).param("key", request.idempotencyKey()).update(), request);
    return new RefundReceipt(before.refundNo());
  }

  private void requireEnough(RefundRequest request, Money collected) {
    long paidBack =
        jdbc.sql(PAID_BACK).param("payId", request.payId().value()).query(Long.class).single();
    boolean enough =
        request.money().amount() <= collected.amount() - paidBack
            && request.money().currency().equals(collected.currency());
    if (!enough) {
      throw new RefundRefusedException(
          "of %s collected with payment %s, %d are paid back already; %s more are too many"
              .formatted(collected, request.payId(), paidBack, request.money()));
    }
  }

  private static void requireOne(int rows, RefundRequest request) {
    if (rows != 1) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "changed %d rows of sandbox_refund, expected 1: %s"
              .formatted(rows, request.idempotencyKey()));
    }
  }
}
