package dev.outrail.stock;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the tests put into the tables and look up there. */
public final class StockTables {

  private static final AtomicLong NUMBERS = new AtomicLong(1000);

  private final JdbcClient jdbc;

  public StockTables(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A number that no other test of this JVM has. */
  public static long newNumber() {
    return NUMBERS.incrementAndGet();
  }

  /** A new SKU with that many pieces, all free to sell. */
  public long sku(int pieces) {
    long skuId = newNumber();
    jdbc.sql("INSERT INTO sku_stock (sku_id, stock, actual_stock) VALUES (?, ?, ?)")
        .params(skuId, pieces, pieces)
        .update();
    return skuId;
  }

  /** Holds pieces for an order, as submitting it does. */
  public void hold(long orderId, long skuId, int count) {
    jdbc.sql("INSERT INTO sku_stock_lock (order_id, sku_id, count) VALUES (?, ?, ?)")
        .params(orderId, skuId, count)
        .update();
    jdbc.sql("UPDATE sku_stock SET stock = stock - ?, lock_stock = lock_stock + ? WHERE sku_id = ?")
        .params(count, count, skuId)
        .update();
  }

  /** Gives back what is held, as cancelling the order does. */
  public void release(long orderId, long skuId, int count) {
    setStatus(orderId, skuId, LockStatus.RELEASED);
    jdbc.sql("UPDATE sku_stock SET stock = stock + ?, lock_stock = lock_stock - ? WHERE sku_id = ?")
        .params(count, count, skuId)
        .update();
  }

  /** What was held once, and is there no more. */
  public void releasedWithoutStock(long orderId, long skuId, int count) {
    jdbc.sql("INSERT INTO sku_stock_lock (order_id, sku_id, count, status) VALUES (?, ?, ?, -1)")
        .params(orderId, skuId, count)
        .update();
  }

  public void setStatus(long orderId, long skuId, LockStatus status) {
    jdbc.sql("UPDATE sku_stock_lock SET status = ? WHERE order_id = ? AND sku_id = ?")
        .params(status.number(), orderId, skuId)
        .update();
  }

  public void forgetLocked(long skuId, int count) {
    jdbc.sql(
            """
            UPDATE sku_stock
            SET lock_stock = lock_stock - ?, actual_stock = actual_stock - ?, received = received - ?
            WHERE sku_id = ?
            """)
        .params(count, count, count, skuId)
        .update();
  }

  /** More pieces come in. */
  public void receive(long skuId, int count) {
    jdbc.sql(
            """
            UPDATE sku_stock
            SET stock = stock + ?, actual_stock = actual_stock + ?, received = received + ?
            WHERE sku_id = ?
            """)
        .params(count, count, count, skuId)
        .update();
  }

  public Pieces pieces(long skuId) {
    return jdbc.sql("SELECT stock, lock_stock, sold FROM sku_stock WHERE sku_id = ?")
        .param(skuId)
        .query(
            (row, n) ->
                new Pieces(row.getInt("stock"), row.getInt("lock_stock"), row.getInt("sold")))
        .single();
  }

  /** Status of each lock of the order by SKU. */
  public Map<Long, LockStatus> locks(long orderId) {
    return jdbc
        .sql("SELECT sku_id, status FROM sku_stock_lock WHERE order_id = ?")
        .param(orderId)
        .query((row, n) -> Map.entry(row.getLong("sku_id"), LockStatus.of(row.getInt("status"))))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
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
                "SELECT COUNT(*) FROM processed_message WHERE consumer = 'stock-app' AND message_id = ?")
            .param(eventId)
            .query(Integer.class)
            .single()
        > 0;
  }

  public boolean hasTombstone(long orderId) {
    return jdbc.sql("SELECT COUNT(*) FROM released_order WHERE order_id = ?")
            .param(orderId)
            .query(Integer.class)
            .single()
        > 0;
  }

  /** Events that were appended about the order, in no order. */
  public List<Appended> appended(long orderId) {
    return jdbc.sql(
            "SELECT aggregatetype, type, payload, traceparent FROM outbox WHERE aggregateid = ?")
        .param(Long.toString(orderId))
        .query(
            (row, n) ->
                new Appended(
                    row.getString("aggregatetype"),
                    row.getString("type"),
                    new String(row.getBytes("payload"), StandardCharsets.UTF_8),
                    row.getString("traceparent")))
        .list();
  }

  /** How many SKUs have sums that are not those of their locks, or pieces out of nothing. */
  public int skusThatDoNotAddUp() {
    return jdbc.sql(
            """
            SELECT COUNT(*)
            FROM sku_stock s
            LEFT JOIN (
              SELECT sku_id, SUM(IF(status = 0, count, 0)) AS open, SUM(IF(status = 1, count, 0)) AS used
              FROM sku_stock_lock GROUP BY sku_id) l ON l.sku_id = s.sku_id
            WHERE s.lock_stock <> COALESCE(l.open, 0) OR s.sold <> COALESCE(l.used, 0)
              OR s.received <> s.stock + s.lock_stock + s.sold
              OR s.actual_stock <> s.stock + s.lock_stock
              OR s.stock < 0 OR s.lock_stock < 0 OR s.sold < 0
            """)
        .query(Integer.class)
        .single();
  }

  /** Deadlocks of the whole server so far. */
  public long deadlocks() {
    return jdbc.sql(
            "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'")
        .query(Long.class)
        .single();
  }

  public record Appended(String topic, String type, String payload, String traceparent) {}

  public record Pieces(int stock, int lockStock, int sold) {}
}
