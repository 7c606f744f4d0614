package dev.outrail.order.lookup;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Reads orders; takes no locks. One whose submission is not finished does not exist here. */
@Component
class OrderQueries {

  private static final String FACTS =
      """
      SELECT order_id, user_id, total, currency, status, is_payed
      FROM orders
      WHERE order_id IN (:orderIds) AND status <> 0
      ORDER BY order_id
      """;

  private static final String ORDER =
      """
      SELECT order_id, shop_id, total, currency, status, is_payed, pay_id, pay_time, create_time,
             close_reason, close_time
      FROM orders
      WHERE order_id = :orderId AND user_id = :userId AND status <> 0
      """;

  private static final String ITEMS =
      """
      SELECT sku_id, sku_name, count, price
      FROM order_item
      WHERE order_id = :orderId
      ORDER BY order_item_id
      """;

  private final JdbcClient jdbc;

  OrderQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those that exist, by ascending id; {@code orderIds} must not be empty. */
  List<OrderFacts> facts(List<Long> orderIds) {
    return jdbc.sql(FACTS)
        .param("orderIds", orderIds)
        .query(
            (row, n) ->
                new OrderFacts(
                    row.getLong("order_id"),
                    row.getLong("user_id"),
                    row.getLong("total"),
                    row.getString("currency"),
                    row.getInt("status"),
                    row.getBoolean("is_payed")))
        .list();
  }

  /** The order with its items, both of one moment; empty if it does not exist or is another's. */
  @Transactional(readOnly = true)
  public Optional<OrderDetails> ofUser(long orderId, long userId) {
    List<OrderDetails.Item> items = items(orderId);
    return jdbc.sql(ORDER)
        .param("orderId", orderId)
        .param("userId", userId)
        .query((row, n) -> details(row, items))
        .optional();
  }

  private List<OrderDetails.Item> items(long orderId) {
    return jdbc.sql(ITEMS)
        .param("orderId", orderId)
        .query(
            (row, n) ->
                new OrderDetails.Item(
                    row.getLong("sku_id"),
                    row.getString("sku_name"),
                    row.getInt("count"),
                    row.getLong("price")))
        .list();
  }

  private static OrderDetails details(ResultSet row, List<OrderDetails.Item> items)
      throws SQLException {
    OrderStatus status = OrderStatus.of(row.getInt("status"));
    return new OrderDetails(
        row.getLong("order_id"),
        row.getLong("shop_id"),
        row.getLong("total"),
        row.getString("currency"),
        status.number(),
        status,
        row.getBoolean("is_payed"),
        row.getObject("pay_id", Long.class),
        instant(row.getTimestamp("pay_time")),
        row.getTimestamp("create_time").toInstant(),
        closeReason(row.getString("close_reason")),
        instant(row.getTimestamp("close_time")),
        items);
  }

  private static @Nullable CloseReason closeReason(@Nullable String name) {
    return name == null ? null : CloseReason.valueOf(name);
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
