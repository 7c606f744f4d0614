package dev.outrail.payment.payment;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.List;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The table {@code pay_order}. Whoever changes the state of a part holds the row of its payment
 * ({@link Payments#findAndLock}, {@link Payments#confirm}), so that all parts of a payment stand
 * still meanwhile. Writes need the caller's transaction, and fail when there is none.
 */
@Repository
public class PaymentParts {

  private static final String INSERT =
      """
      INSERT INTO pay_order (pay_id, order_id, amount) VALUES (:payId, :orderId, :amount)
      """;

  private static final String FIND =
      """
      SELECT pay_id, order_id, amount, state, reason, refund_time FROM pay_order
       WHERE pay_id = :payId ORDER BY order_id
      """;

  /** The hint keeps a small table from being read, and locked, as a whole. */
  private static final String LOCK =
      """
      SELECT pay_id, order_id, amount, state, reason, refund_time
        FROM pay_order FORCE INDEX (PRIMARY)
       WHERE pay_id IN (:payIds) ORDER BY pay_id, order_id
         FOR UPDATE
      """;

  private static final String MARK_EFFECTIVE =
      """
      UPDATE pay_order SET state = :effective
       WHERE pay_id = :payId AND order_id = :orderId AND state = :pending
      """;

  /** Due at once, but behind those that wait already. */
  private static final String MARK_REFUND_PENDING =
      """
      UPDATE pay_order FORCE INDEX (PRIMARY)
         SET state = :refundPending, reason = :reason, refund_due = CURRENT_TIMESTAMP(6)
       WHERE (pay_id, order_id) IN (:parts) AND state = :from
      """;

  private final JdbcClient jdbc;
  private final NamedParameterJdbcTemplate batches;

  PaymentParts(JdbcClient jdbc, NamedParameterJdbcTemplate batches) {
    this.jdbc = jdbc;
    this.batches = batches;
  }

  /** One row per order. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void add(NewPayment payment) {
    batches.batchUpdate(
        INSERT,
        payment.orderIds().stream()
            .map(
                orderId ->
                    new MapSqlParameterSource()
                        .addValue("payId", payment.payId().value())
                        .addValue("orderId", orderId.value())
                        .addValue("amount", payment.amounts().get(orderId)))
            .toArray(MapSqlParameterSource[]::new));
  }

  /** By ascending order id; empty for a payment that does not exist. */
  public List<PaymentPart> of(PayId payId) {
    return jdbc.sql(FIND).param("payId", payId.value()).query(PaymentParts::part).list();
  }

  /**
   * All parts of these payments, by ascending numbers, as they are committed. No other transaction
   * can change them until this one ends.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public List<PaymentPart> findAndLock(Collection<PayId> payIds) {
    return jdbc.sql(LOCK)
        .param("payIds", payIds.stream().map(PayId::value).toList())
        .query(PaymentParts::part)
        .list();
  }

  /** PENDING to EFFECTIVE. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void markEffective(PartId part) {
    int rows =
        jdbc.sql(MARK_EFFECTIVE)
            .param("effective", PartState.EFFECTIVE.column())
            .param("pending", PartState.PENDING.column())
            .param("payId", part.payId().value())
            .param("orderId", part.orderId().value())
            .update();
    require(1, rows, "from PENDING: " + part);
  }

  /**
   * From the given state to REFUND_PENDING, all in one statement.
   *
   * @param parts at least one, none twice
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void markRefundPending(Collection<PartId> parts, PartState from, RefundReason reason) {
    int rows =
        jdbc.sql(MARK_REFUND_PENDING)
            .param("refundPending", PartState.REFUND_PENDING.column())
            .param("reason", reason.name())
            .param("parts", parts.stream().map(PartId::key).toList())
            .param("from", from.column())
            .update();
    require(parts.size(), rows, "from %s: %s".formatted(from, parts));
  }

  private static void require(int expected, int rows, String what) {
    if (rows != expected) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "changed %d rows of pay_order, expected %d %s".formatted(rows, expected, what));
    }
  }

  private static PaymentPart part(ResultSet row, int number) throws SQLException {
    String reason = row.getString("reason");
    Timestamp refunded = row.getTimestamp("refund_time");
    return new PaymentPart(
        new PartId(new PayId(row.getLong("pay_id")), new OrderId(row.getLong("order_id"))),
        row.getLong("amount"),
        PartState.ofColumn(row.getInt("state")),
        reason == null ? null : RefundReason.valueOf(reason),
        refunded == null ? null : refunded.toInstant());
  }
}
