package dev.outrail.order.payment;

import dev.outrail.order.OrderStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The orders table, as far as paying goes. Each method works in the caller's transaction. */
@Component
final class PayableOrders {

  /** Locks: a plain read would see the transaction's snapshot, which a cancellation may outrun. */
  private static final String LOCK =
      """
      SELECT order_id, status, total, currency, pay_id
      FROM orders
      WHERE order_id IN (:orderIds)
      ORDER BY order_id
      FOR UPDATE
      """;

  private static final String PAY =
      """
      UPDATE orders
      SET status = 2, is_payed = 1, pay_id = :payId, pay_time = :payTime, version = version + 1
      WHERE order_id IN (:orderIds) AND status = 1
      """;

  private final JdbcClient jdbc;

  PayableOrders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Locks the orders in ascending order of their ids until the transaction ends. */
  Map<Long, StoredOrder> lock(List<Long> orderIds) {
    return jdbc
        .sql(LOCK)
        .param("orderIds", orderIds)
        .query((row, n) -> storedOrder(row))
        .list()
        .stream()
        .collect(Collectors.toMap(StoredOrder::orderId, Function.identity()));
  }

  /**
   * Sets the orders from unpaid to paid.
   *
   * @param orderIds unpaid ones, locked in this transaction; may be empty
   * @throws IncorrectUpdateSemanticsDataAccessException if one of them was not unpaid after all
   */
  void pay(List<Long> orderIds, long payId, Instant payTime) {
    if (orderIds.isEmpty()) {
      return;
    }
    int rows =
        jdbc.sql(PAY)
            .param("orderIds", orderIds)
            .param("payId", payId)
            .param("payTime", payTime.atOffset(ZoneOffset.UTC))
            .update();
    if (rows != orderIds.size()) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "payment %d set %d orders to paid, expected %d: %s"
              .formatted(payId, rows, orderIds.size(), orderIds));
    }
  }

  private static StoredOrder storedOrder(ResultSet row) throws SQLException {
    return new StoredOrder(
        row.getLong("order_id"),
        OrderStatus.of(row.getInt("status")),
        row.getLong("total"),
        row.getString("currency"),
        row.getObject("pay_id", Long.class));
  }
}
