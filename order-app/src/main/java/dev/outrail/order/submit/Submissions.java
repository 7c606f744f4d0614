package dev.outrail.order.submit;

import dev.outrail.order.announcement.OrderCreated;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The tables that a submission is written to and read from. Thread-safe. */
@Component
final class Submissions {

  private static final String FIND =
      """
      SELECT request_hash, order_ids, missing_sku_ids
      FROM order_submission
      WHERE user_id = :userId AND idempotency_key = :key
      """;

  private static final String ADD =
      """
      INSERT INTO order_submission (user_id, idempotency_key, request_hash, order_ids)
      VALUES (:userId, :key, :hash, :orderIds)
      """;

  private static final String ADD_ORDERS =
      """
      INSERT INTO orders (order_id, shop_id, user_id, total, currency, status)
      SELECT order_id, shop_id, :userId, total, currency, 0
      FROM JSON_TABLE(:orders, '$[*]' COLUMNS (
          order_id BIGINT PATH '$[0]', shop_id BIGINT PATH '$[1]', total BIGINT PATH '$[2]',
          currency CHAR(3) PATH '$[3]')) AS wanted
      """;

  private static final String ADD_ITEMS =
      """
      INSERT INTO order_item (order_id, sku_id, sku_name, count, price)
      SELECT order_id, sku_id, sku_name, count, price
      FROM JSON_TABLE(:items, '$[*]' COLUMNS (
          order_id BIGINT PATH '$[0]', sku_id BIGINT PATH '$[1]',
          sku_name VARCHAR(255) CHARACTER SET utf8mb4 PATH '$[2]', count INT PATH '$[3]',
          price BIGINT PATH '$[4]')) AS wanted
      """;

  private static final String NOTE_MISSING =
      """
      UPDATE order_submission
      SET missing_sku_ids = :missing
      WHERE user_id = :userId AND idempotency_key = :key AND missing_sku_ids IS NULL
      """;

  private static final String ORDERS =
      """
      SELECT o.order_id, o.user_id, o.shop_id, o.total, o.currency, o.create_time,
             i.sku_id, i.count, i.price
      FROM orders o JOIN order_item i ON i.order_id = o.order_id
      WHERE o.order_id IN (:orderIds)
      ORDER BY o.order_id, i.sku_id
      """;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  Submissions(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Submission> find(long userId, IdempotencyKey key) {
    return jdbc.sql(FIND)
        .param("userId", userId)
        .param("key", key.value())
        .query(
            (row, n) ->
                new Submission(
                    row.getBytes("request_hash"),
                    numbers(row.getString("order_ids")),
                    numbers(row.getString("missing_sku_ids"))))
        .optional();
  }

  /**
   * Writes submission, orders (submitted) and items, in the open transaction.
   *
   * @param orders by ascending id
   * @throws org.springframework.dao.DuplicateKeyException if there is a submission with this key;
   *     waits for one that is being written
   */
  void add(long userId, IdempotencyKey key, WantedItems wanted, List<NewOrder> orders) {
    jdbc.sql(ADD)
        .param("userId", userId)
        .param("key", key.value())
        .param("hash", wanted.hash())
        .param("orderIds", joined(orders.stream().map(NewOrder::orderId).toList()))
        .update();
    List<List<Object>> orderRows =
        orders.stream()
            .map(o -> List.<Object>of(o.orderId(), o.shopId(), o.total(), o.currency()))
            .toList();
    List<List<Object>> itemRows =
        orders.stream().flatMap(order -> order.items().stream().map(i -> row(order, i))).toList();
    int rows =
        jdbc.sql(ADD_ORDERS)
            .param("userId", userId)
            .param("orders", JSON.writeValueAsString(orderRows))
            .update();
    requireRows("orders", rows, orderRows.size(), key);
    rows = jdbc.sql(ADD_ITEMS).param("items", JSON.writeValueAsString(itemRows)).update();
    requireRows("items", rows, itemRows.size(), key);
  }

  private static List<Object> row(NewOrder order, NewOrder.Item item) {
    Sku sku = item.sku();
    return List.of(order.orderId(), sku.skuId(), sku.name(), item.count(), sku.price());
  }

  /** Keeps why the orders are closed as NOT_STOCK, in the transaction that closes them. */
  void noteMissing(long userId, IdempotencyKey key, List<Long> skuIds) {
    int rows =
        jdbc.sql(NOTE_MISSING)
            .param("userId", userId)
            .param("key", key.value())
            .param("missing", joined(skuIds))
            .update();
    requireRows("notes of what is missing", rows, 1, key);
  }

  /** What the orders are made of, which never changes, by ascending id. */
  List<OrderCreated> orders(List<Long> orderIds) {
    Map<Long, List<OrderCreated.Item>> items = new LinkedHashMap<>();
    Map<Long, OrderCreated> orders = new LinkedHashMap<>();
    jdbc.sql(ORDERS)
        .param("orderIds", orderIds)
        .query(
            row -> {
              OrderCreated order =
                  order(
                      row, items.computeIfAbsent(row.getLong("order_id"), id -> new ArrayList<>()));
              orders.put(order.orderId(), order);
            });
    return List.copyOf(orders.values());
  }

  private static OrderCreated order(ResultSet row, List<OrderCreated.Item> items)
      throws SQLException {
    items.add(
        new OrderCreated.Item(row.getLong("sku_id"), row.getInt("count"), row.getLong("price")));
    return new OrderCreated(
        row.getLong("order_id"),
        row.getLong("user_id"),
        row.getLong("shop_id"),
        row.getLong("total"),
        row.getString("currency"),
        row.getTimestamp("create_time").toInstant(),
        items);
  }

  private static String joined(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static List<Long> numbers(@Nullable String joined) {
    return joined == null
        ? List.of()
        : Arrays.stream(joined.split(",", -1)).map(Long::valueOf).toList();
  }

  private static void requireRows(String what, int rows, int expected, IdempotencyKey key) {
    if (rows != expected) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "wrote %d %s for submission '%s', expected %d"
              .formatted(rows, what, key.value(), expected));
    }
  }
}
