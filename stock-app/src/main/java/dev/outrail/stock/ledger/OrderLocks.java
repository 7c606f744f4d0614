package dev.outrail.stock.ledger;

import dev.outrail.stock.LockStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is held for orders. Each method is one statement in the caller's transaction. */
@Component
public final class OrderLocks {

  private static final String TAKE =
      """
      SELECT held.order_id, held.sku_id, held.count, held.status, held.rejected_pay_id
      FROM JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS wanted
      STRAIGHT_JOIN sku_stock_lock held FORCE INDEX (PRIMARY) ON held.order_id = wanted.order_id
      FOR UPDATE OF held
      """;

  private static final String ADD =
      """
      INSERT INTO sku_stock_lock (order_id, sku_id, count)
      SELECT order_id, sku_id, pieces
      FROM JSON_TABLE(:locks, '$[*]' COLUMNS (
        order_id BIGINT PATH '$[0]', sku_id BIGINT PATH '$[1]', pieces INT PATH '$[2]')) AS wanted
      """;

  private static final String USE =
      """
      UPDATE JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS sold
      STRAIGHT_JOIN sku_stock_lock held FORCE INDEX (PRIMARY) ON held.order_id = sold.order_id
      SET held.status = 1
      WHERE held.status IN (0, -1)
      """;

  private static final String RELEASE =
      """
      UPDATE JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS closed
      STRAIGHT_JOIN sku_stock_lock held FORCE INDEX (PRIMARY) ON held.order_id = closed.order_id
      SET held.status = -1
      WHERE held.status = 0
      """;

  private static final String REJECT =
      """
      UPDATE JSON_TABLE(:payments, '$[*]' COLUMNS (
        order_id BIGINT PATH '$[0]', pay_id BIGINT PATH '$[1]')) AS rejected
      STRAIGHT_JOIN sku_stock_lock held FORCE INDEX (PRIMARY) ON held.order_id = rejected.order_id
      SET held.rejected_pay_id = rejected.pay_id
      """;

  private static final Comparator<HeldStock> BY_KEY =
      Comparator.comparingLong(HeldStock::orderId).thenComparingLong(HeldStock::skuId);

  private final JdbcClient jdbc;

  OrderLocks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Takes all locks of these orders until the transaction ends, whatever their status, by ascending
   * order and SKU; an order for which nothing was ever held is not among them.
   */
  public List<HeldStock> take(Collection<Long> orderIds) {
    return jdbc.sql(TAKE)
        .param("orderIds", Rows.ids(orderIds))
        .query(
            (row, n) ->
                new HeldStock(
                    row.getLong("order_id"),
                    row.getLong("sku_id"),
                    row.getInt("count"),
                    LockStatus.of(row.getInt("status")),
                    nullable(row.getLong("rejected_pay_id"))))
        .list();
  }

  private static @Nullable Long nullable(long payId) {
    return payId == 0 ? null : payId;
  }

  /**
   * Adds locks in status locked.
   *
   * @throws org.springframework.dao.DuplicateKeyException if another transaction has added one of
   *     them meanwhile
   */
  public void add(Collection<HeldStock> locks) {
    String rows =
        locks.stream()
            .sorted(BY_KEY)
            .map(lock -> Rows.row(lock.orderId(), lock.skuId(), lock.count()))
            .collect(Rows.joined());
    Rows.require(locks.size(), jdbc.sql(ADD).param("locks", rows).update(), "locking");
  }

  /**
   * Sets the locks of these orders, locked or released, to used.
   *
   * @param expected how many these are
   * @throws IncorrectUpdateSemanticsDataAccessException if it were not that many after all
   */
  public void use(Collection<Long> orderIds, int expected) {
    int rows = jdbc.sql(USE).param("orderIds", Rows.ids(orderIds)).update();
    Rows.require(expected, rows, "selling orders " + orderIds);
  }

  /**
   * Sets the locks of these orders that are locked to released.
   *
   * @param expected how many these are
   * @throws IncorrectUpdateSemanticsDataAccessException if it were not that many after all
   */
  public void release(Collection<Long> orderIds, int expected) {
    int rows = jdbc.sql(RELEASE).param("orderIds", Rows.ids(orderIds)).update();
    Rows.require(expected, rows, "releasing orders " + orderIds);
  }

  /**
   * Remembers at the locks of each order that this payment for it was rejected.
   *
   * @param payments by order
   * @param expected how many locks the orders have, of any status
   * @throws IncorrectUpdateSemanticsDataAccessException if it were not that many after all
   */
  public void reject(Map<Long, Long> payments, int expected) {
    String rows =
        new TreeMap<>(payments)
            .entrySet().stream()
                .map(payment -> Rows.row(payment.getKey(), payment.getValue()))
                .collect(Rows.joined());
    int changed = jdbc.sql(REJECT).param("payments", rows).update();
    Rows.require(expected, changed, "rejecting payments for orders " + payments.keySet());
  }
}
