package dev.outrail.payment.payment;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The table {@code paid_order}: which payment is the effective one of an order. Its key allows one.
 */
@Repository
public class PaidOrders {

  private static final String CLAIM =
      """
      INSERT INTO paid_order (order_id, pay_id, user_id, paid_time)
      VALUES (:orderId, :payId, :userId, :paidTime)
      """;

  /** The hint keeps locks to these rows: by the other key, their neighbours would be locked too. */
  private static final String RELEASE =
      """
      DELETE /*+ INDEX(paid_order PRIMARY) */ FROM paid_order
       WHERE order_id IN (:orderIds) AND (order_id, pay_id) IN (:claims)
      """;

  private static final String PAID =
      """
      SELECT order_id FROM paid_order WHERE order_id IN (:orderIds) ORDER BY order_id
      """;

  private static final String COUNT_PAID_BY =
      """
      SELECT COUNT(*) FROM paid_order WHERE order_id IN (:orderIds) AND user_id = :userId
      """;

  private final JdbcClient jdbc;

  PaidOrders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Makes the payment the effective one of the order, unless another is. Waits for a transaction
   * that claims the same order: claim several in ascending order, or two of them may deadlock.
   *
   * @return false if another payment is the effective one; the transaction goes on
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean claim(Payment payment, OrderId orderId, Instant paid) {
    try {
      int rows =
          jdbc.sql(CLAIM)
              .param("orderId", orderId.value())
              .param("payId", payment.payId().value())
              .param("userId", payment.userId())
              .param("paidTime", Timestamp.from(paid))
              .update();
      if (rows != 1) {
        throw new IncorrectUpdateSemanticsDataAccessException(
            "claimed %d rows of paid_order for order %s, expected 1".formatted(rows, orderId));
      }
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /**
   * The payments are not the effective ones of these orders any more; later ones can become it. All
   * in one statement.
   *
   * @param parts at least one, none twice, each effective for its order
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void release(Collection<PartId> parts) {
    int rows =
        jdbc.sql(RELEASE)
            .param("orderIds", numbers(parts.stream().map(PartId::orderId).toList()))
            .param(
                "claims",
                parts.stream()
                    .map(part -> new Object[] {part.orderId().value(), part.payId().value()})
                    .toList())
            .update();
    if (rows != parts.size()) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "released %d rows of paid_order, expected %d: %s".formatted(rows, parts.size(), parts));
    }
  }

  /** Those of the orders that have an effective payment, whoever paid. */
  public List<OrderId> paidAmong(Collection<OrderId> orderIds) {
    return jdbc.sql(PAID).param("orderIds", numbers(orderIds)).query(Long.class).list().stream()
        .map(OrderId::new)
        .toList();
  }

  /** Whether each of the orders (no repeats) has an effective payment of this user. */
  public boolean allPaidBy(long userId, Collection<OrderId> orderIds) {
    return jdbc.sql(COUNT_PAID_BY)
            .param("orderIds", numbers(orderIds))
            .param("userId", userId)
            .query(Long.class)
            .single()
        == orderIds.size();
  }

  private static List<Long> numbers(Collection<OrderId> orderIds) {
    return orderIds.stream().map(OrderId::value).toList();
  }
}
