package dev.outrail.payment.payment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The tables {@code pay_info} and {@code pay_order}. Writes need the caller's transaction, and fail
 * when there is none.
 */
@Repository
public class Payments {

  private static final String INSERT_PAYMENT =
      """
      INSERT INTO pay_info (pay_id, user_id, sys_type, pay_amount, currency, return_url)
      VALUES (:payId, :userId, :sysType, :amount, :currency, :returnUrl)
      """;

  private static final String INSERT_PART =
      """
      INSERT INTO pay_order (pay_id, order_id, amount) VALUES (:payId, :orderId, :amount)
      """;

  private static final String FIND =
      """
      SELECT pay_id, user_id, pay_amount, currency, pay_status, biz_pay_no, version
        FROM pay_info WHERE pay_id = :payId
      """;

  private static final String FIND_PARTS =
      """
      SELECT order_id, amount, state FROM pay_order WHERE pay_id = :payId ORDER BY order_id
      """;

  private static final String CONFIRM =
      """
      UPDATE pay_info
         SET pay_status = :paid, version = version + 1, biz_pay_no = :bizPayNo,
             callback_content = :content, callback_time = :received, confirm_time = :received
       WHERE pay_id = :payId AND pay_status = :unpaid AND version = :version
      """;

  private static final String CHANGE_STATUS =
      """
      UPDATE pay_info SET pay_status = :to, version = version + 1
       WHERE pay_id = :payId AND pay_status = :from
      """;

  private static final String CHANGE_PART =
      """
      UPDATE pay_order SET state = :to, reason = :reason
       WHERE pay_id = :payId AND order_id = :orderId AND state = :from
      """;

  private final JdbcClient jdbc;
  private final NamedParameterJdbcTemplate batches;

  Payments(JdbcClient jdbc, NamedParameterJdbcTemplate batches) {
    this.jdbc = jdbc;
    this.batches = batches;
  }

  /** Records a payment and its parts, one row per order. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void add(NewPayment payment) {
    jdbc.sql(INSERT_PAYMENT)
        .param("payId", payment.payId().value())
        .param("userId", payment.userId())
        .param("sysType", payment.sysType())
        .param("amount", payment.money().amount())
        .param("currency", payment.money().currency())
        .param("returnUrl", payment.returnUrl())
        .update();
    batches.batchUpdate(
        INSERT_PART,
        payment.orderIds().stream()
            .map(
                orderId ->
                    new MapSqlParameterSource()
                        .addValue("payId", payment.payId().value())
                        .addValue("orderId", orderId.value())
                        .addValue("amount", payment.amounts().get(orderId)))
            .toArray(MapSqlParameterSource[]::new));
  }

  /** The payment as it is committed, or as this transaction sees it. */
  public Optional<Payment> find(PayId payId) {
    return jdbc.sql(FIND).param("payId", payId.value()).query(Payments::payment).optional();
  }

  /** The same, and no other transaction can change it until this one ends. */
  @Transactional(propagation = Propagation.MANDATORY)
  public Optional<Payment> findAndLock(PayId payId) {
    return jdbc.sql(FIND + "FOR UPDATE")
        .param("payId", payId.value())
        .query(Payments::payment)
        .optional();
  }

  /** By ascending order id; empty for a payment that does not exist. */
  public List<PaymentPart> parts(PayId payId) {
    return jdbc.sql(FIND_PARTS)
        .param("payId", payId.value())
        .query(
            (row, number) ->
                new PaymentPart(
                    new OrderId(row.getLong("order_id")),
                    row.getLong("amount"),
                    PartState.ofColumn(row.getInt("state"))))
        .list();
  }

  /**
   * UNPAY to PAYED, if the row is still as {@code seen}. Holds the row until the transaction ends,
   * so that of several at once the others wait, and then see false.
   *
   * @param bizPayNo the provider's number for it
   * @param content the notice as received
   * @return false if the row has changed since; nothing was written then
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean confirm(Payment seen, String bizPayNo, String content, Instant received) {
    return jdbc.sql(CONFIRM)
            .param("paid", PayStatus.PAYED.column())
            .param("bizPayNo", bizPayNo)
            .param("content", content)
            .param("received", Timestamp.from(received))
            .param("payId", seen.payId().value())
            .param("unpaid", PayStatus.UNPAY.column())
            .param("version", seen.version())
            .update()
        == 1;
  }

  /** PAYED to REFUND_PENDING: no order could take any of it. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void refundAll(PayId payId) {
    int rows =
        jdbc.sql(CHANGE_STATUS)
            .param("to", PayStatus.REFUND_PENDING.column())
            .param("payId", payId.value())
            .param("from", PayStatus.PAYED.column())
            .update();
    requireOne(rows, "pay_info of payment " + payId);
  }

  /** PENDING to EFFECTIVE. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void markEffective(PayId payId, OrderId orderId) {
    changePart(payId, orderId, PartState.PENDING, PartState.EFFECTIVE, null);
  }

  /** To REFUND_PENDING, from the state that the part was seen in. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void markRefundPending(PayId payId, PaymentPart seen, RefundReason reason) {
    changePart(payId, seen.orderId(), seen.state(), PartState.REFUND_PENDING, reason);
  }

  private void changePart(
      PayId payId, OrderId orderId, PartState from, PartState to, @Nullable RefundReason reason) {
    int rows =
        jdbc.sql(CHANGE_PART)
            .param("to", to.column())
            .param("reason", reason == null ? null : reason.name())
            .param("payId", payId.value())
            .param("orderId", orderId.value())
            .param("from", from.column())
            .update();
    requireOne(rows, "pay_order of payment %s, order %s, from %s".formatted(payId, orderId, from));
  }

  private static void requireOne(int rows, String what) {
    if (rows != 1) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "changed %d rows of %s, expected 1".formatted(rows, what));
    }
  }

  private static Payment payment(ResultSet row, int number) throws SQLException {
    return new Payment(
        new PayId(row.getLong("pay_id")),
        row.getLong("user_id"),
        new Money(row.getLong("pay_amount"), row.getString("currency")),
        PayStatus.ofColumn(row.getInt("pay_status")),
        row.getString("biz_pay_no"),
        row.getInt("version"));
  }
}
