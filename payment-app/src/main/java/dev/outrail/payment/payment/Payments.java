package dev.outrail.payment.payment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The table {@code pay_info}. Writes need the caller's transaction, and fail when there is none.
 */
@Repository
public class Payments {

  private static final String INSERT =
      """
      INSERT INTO pay_info (pay_id, user_id, sys_type, pay_amount, currency, return_url)
      VALUES (:payId, :userId, :sysType, :amount, :currency, :returnUrl)
      """;

  private static final String FIND =
      """
      SELECT pay_id, user_id, pay_amount, currency, pay_status, biz_pay_no, version
        FROM pay_info WHERE pay_id = :payId
      """;

  /** The hint keeps a small table from being read, and locked, as a whole. */
  private static final String LOCK =
      """
      SELECT pay_id, user_id, pay_amount, currency, pay_status, biz_pay_no, version
        FROM pay_info FORCE INDEX (PRIMARY)
       WHERE pay_id IN (:payIds) ORDER BY pay_id
         FOR UPDATE
      """;

  private static final String CONFIRM =
      """
      UPDATE pay_info
         SET pay_status = :paid, version = version + 1, biz_pay_no = :bizPayNo,
             callback_content = :content, callback_time = :received, confirm_time = :received
       WHERE pay_id = :payId AND pay_status = :unpaid AND version = :version
      """;

  private static final String REFUND_ALL =
      """
      UPDATE pay_info FORCE INDEX (PRIMARY)
         SET pay_status = :refundPending, version = version + 1
       WHERE pay_id IN (:payIds) AND pay_status = :paid
      """;

  private static final String REFUNDED =
      """
      UPDATE pay_info
         SET pay_status = :refunded, version = version + 1
       WHERE pay_id = :payId AND pay_status = :refundPending
         AND NOT EXISTS (SELECT 1 FROM pay_order part
                          WHERE part.pay_id = pay_info.pay_id AND part.state <> :partRefunded)
      """;

  private final JdbcClient jdbc;
  private final PaymentParts parts;

  Payments(JdbcClient jdbc, PaymentParts parts) {
    this.jdbc = jdbc;
    this.parts = parts;
  }

  /** Records a payment and its parts. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void add(NewPayment payment) {
    jdbc.sql(INSERT)
        .param("payId", payment.payId().value())
        .param("userId", payment.userId())
        .param("sysType", payment.sysType())
        .param("amount", payment.money().amount())
        .param("currency", payment.money().currency())
        .param("returnUrl", payment.returnUrl())
        .update();
    parts.add(payment);
  }

  /** The payment as it is committed, or as this transaction sees it. */
  public Optional<Payment> find(PayId payId) {
    return jdbc.sql(FIND).param("payId", payId.value()).query(Payments::payment).optional();
  }

  /**
   * Those of the payments that exist, by ascending number, as they are committed. No other
   * transaction can change them, or the state of their parts, until this one ends. Taken in
   * ascending order, so that several at once wait for each other and do not deadlock.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public List<Payment> findAndLock(Collection<PayId> payIds) {
    return jdbc.sql(LOCK).param("payIds", numbers(payIds)).query(Payments::payment).list();
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

  /**
   * PAYED to REFUND_PENDING: no order could take any of it.
   *
   * @param payIds at least one, none twice
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void refundAll(Collection<PayId> payIds) {
    int rows =
        jdbc.sql(REFUND_ALL)
            .param("refundPending", PayStatus.REFUND_PENDING.column())
            .param("payIds", numbers(payIds))
            .param("paid", PayStatus.PAYED.column())
            .update();
    if (rows != payIds.size()) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "changed %d rows of pay_info, expected %d from PAYED: %s"
              .formatted(rows, payIds.size(), payIds));
    }
  }

  /**
   * REFUND_PENDING to REFUNDED, if all parts are refunded. Call it after each part, with the
   * payment's row held.
   *
   * @return false if a part is not refunded; nothing was written then
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean refundedIfAllPartsAre(PayId payId) {
    return jdbc.sql(REFUNDED)
            .param("refunded", PayStatus.REFUNDED.column())
            .param("payId", payId.value())
            .param("refundPending", PayStatus.REFUND_PENDING.column())
            .param("partRefunded", PartState.REFUNDED.column())
            .update()
        == 1;
  }

  private static List<Long> numbers(Collection<PayId> payIds) {
    return payIds.stream().map(PayId::value).toList();
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
