package dev.outrail.order;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the tests put into the tables and look up there. */
public final class OrderTables {

  private static final AtomicLong NUMBERS = new AtomicLong(1000);

  private final JdbcClient jdbc;

  public OrderTables(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A number that no other test of this JVM has. */
  public static long newNumber() {
    return NUMBERS.incrementAndGet();
  }

  /** An unpaid order of user 7. */
  public long unpaidOrder(long total) {
    long orderId = newNumber();
    jdbc.sql("INSERT INTO orders (order_id, shop_id, user_id, total) VALUES (?, 1, 7, ?)")
        .params(orderId, total)
        .update();
    return orderId;
  }

  /** A sku on sale in CNY. */
  public long sku(long shopId, long price) {
    return sku(shopId, price, "CNY", true);
  }

  public long sku(long shopId, long price, String currency, boolean onSale) {
    long skuId = newNumber();
    jdbc.sql(
            "INSERT INTO sku (sku_id, shop_id, sku_name, price, currency, on_sale) VALUES (?, ?, ?, ?, ?, ?)")
        .params(skuId, shopId, "Tasse № " + skuId + " \"茶\"", price, currency, onSale)
        .update();
    return skuId;
  }

  public void setPrice(long skuId, long price) {
    jdbc.sql("UPDATE sku SET price = ? WHERE sku_id = ?").params(price, skuId).update();
  }

  /** The ids of all orders of a user, ascending. */
  public List<Long> ordersOf(long userId) {
    return jdbc.sql("SELECT order_id FROM orders WHERE user_id = ? ORDER BY order_id")
        .param(userId)
        .query(Long.class)
        .list();
  }

  public void item(long orderId, long skuId, String name, int count, long price) {
    jdbc.sql(
            "INSERT INTO order_item (order_id, sku_id, sku_name, count, price) VALUES (?, ?, ?, ?, ?)")
        .params(orderId, skuId, name, count, price)
        .update();
  }

  public void close(long orderId) {
    jdbc.sql("UPDATE orders SET status = 6 WHERE order_id = ?").param(orderId).update();
  }

  public void close(long orderId, CloseReason reason) {
    jdbc.sql(
            "UPDATE orders SET status = 6, close_reason = ?, close_time = CURRENT_TIMESTAMP(6) WHERE order_id = ?")
        .params(reason.name(), orderId)
        .update();
  }

  /** An order of user 7 in the state that submitted ones begin in. */
  public long submittedOrder(long total) {
    long orderId = unpaidOrder(total);
    jdbc.sql("UPDATE orders SET status = 0 WHERE order_id = ?").param(orderId).update();
    return orderId;
  }

  /** Makes the order look that much older, by the database's clock. */
  public void age(long orderId, Duration age) {
    jdbc.sql("UPDATE orders SET create_time = create_time - INTERVAL ? SECOND WHERE order_id = ?")
        .params(age.toSeconds(), orderId)
        .update();
  }

  public @Nullable CloseReason closeReason(long orderId) {
    return jdbc.sql("SELECT close_reason FROM orders WHERE order_id = ?")
        .param(orderId)
        .query((row, n) -> Optional.ofNullable(row.getString(1)).map(CloseReason::valueOf))
        .single()
        .orElse(null);
  }

  public @Nullable Instant closeTime(long orderId) {
    return jdbc.sql("SELECT close_time FROM orders WHERE order_id = ?")
        .param(orderId)
        .query((row, n) -> Optional.ofNullable(row.getTimestamp(1)).map(Timestamp::toInstant))
        .single()
        .orElse(null);
  }

  public StoredOrder order(long orderId) {
    return jdbc.sql(
            "SELECT status, is_payed AS payed, pay_id, pay_time, version FROM orders WHERE order_id = ?")
        .param(orderId)
        .query(
            (row, n) ->
                new StoredOrder(
                    OrderStatus.of(row.getInt("status")),
                    row.getBoolean("payed"),
                    row.getObject("pay_id", Long.class),
                    row.getTimestamp("pay_time") == null
                        ? null
                        : row.getTimestamp("pay_time").toInstant(),
                    row.getInt("version")))
        .single();
  }

  /** In the order of their ids, which is the order they were made in. */
  public List<OutboxRow> outbox(String topic, long key) {
    return jdbc.sql(
            "SELECT aggregatetype, aggregateid, type, CONVERT(payload USING utf8mb4) AS payload, content_type, traceparent FROM outbox WHERE aggregatetype = ? AND aggregateid = ? ORDER BY id")
        .params(topic, Long.toString(key))
        .query(
            (row, n) ->
                new OutboxRow(
                    row.getString("type"),
                    row.getString("payload"),
                    row.getString("content_type"),
                    row.getString("traceparent")))
        .list();
  }

  /** Whether a transaction waits for a row; the server looks anew only every 100 ms. */
  public boolean somebodyWaitsForARow() {
    return jdbc.sql(
                "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
            .query(Integer.class)
            .single()
        > 0;
  }

  /** What payments lead to; orders that time out meanwhile, of whatever test, append others. */
  public long outboxRowsOfPayments() {
    return jdbc.sql(
            "SELECT COUNT(*) FROM outbox WHERE aggregatetype IN ('order-notify-stock', 'order-pay-rejected')")
        .query(Long.class)
        .single();
  }

  /** The payloads of this application's dead letters with that key, in the order of parking. */
  public List<String> deadLetters(long key) {
    return jdbc.sql(
            "SELECT payload FROM dead_letter WHERE event_key = ? AND state <> 2 ORDER BY id")
        .param(Long.toString(key))
        .query((row, number) -> new String(row.getBytes(1), StandardCharsets.UTF_8))
        .list();
  }

  public boolean isProcessed(String eventId) {
    return jdbc.sql(
                "SELECT COUNT(*) FROM processed_message WHERE consumer = 'order-app' AND message_id = ?")
            .param(eventId)
            .query(Integer.class)
            .single()
        > 0;
  }

  public record StoredOrder(
      OrderStatus status,
      boolean payed,
      @Nullable Long payId,
      @Nullable Instant payTime,
      int version) {}

  public record OutboxRow(
      String type, String payload, String contentType, @Nullable String traceparent) {}
}
