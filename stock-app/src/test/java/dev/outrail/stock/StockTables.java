package dev.outrail.stock;

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

  /** Holds again what was released, as an operator may. */
  public void lockAgain(long orderId, long skuId, int count) {
    setStatus(orderId, skuId, LockStatus.LOCKED);
    jdbc.sql("UPDATE sku_stock SET stock = stock - ?, lock_stock = lock_stock + ? WHERE sku_id = ?")
        .params(count, count, skuId)
        .update();
  }

  public void setStatus(long orderId, long skuId, LockStatus status) {
    jdbc.sql("UPDATE sku_stock_lock SET status = ? WHERE order_id = ? AND sku_id = ?")
        .params(status.number(), orderId, skuId)
        .update();
  }

  public void forgetLocked(long skuId, int count) {
    jdbc.sql(
            "UPDATE sku_stock SET lock_stock = lock_stock - ?, actual_stock = actual_stock - ? WHERE sku_id = ?")
        .params(count, count, skuId)
        .update();
  }

  public Pieces pieces(long skuId) {
    return jdbc.sql("SELECT stock, lock_stock, actual_stock FROM sku_stock WHERE sku_id = ?")
        .param(skuId)
        .query(
            (row, n) ->
                new Pieces(
                    row.getInt("stock"), row.getInt("lock_stock"), row.getInt("actual_stock")))
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

  public boolean isProcessed(String eventId) {
    return jdbc.sql(
                "SELECT COUNT(*) FROM processed_message WHERE consumer = 'stock-app' AND message_id = ?")
            .param(eventId)
            .query(Integer.class)
            .single()
        > 0;
  }

  /** How many SKUs have a lock_stock that is not the sum of what is locked. */
  public int skusWhoseLocksDoNotAddUp() {
    return jdbc.sql(
            """
            SELECT COUNT(*) FROM sku_stock s
            WHERE s.lock_stock <> (SELECT COALESCE(SUM(l.count), 0) FROM sku_stock_lock l
                                   WHERE l.sku_id = s.sku_id AND l.status = 0)
            """)
        .query(Integer.class)
        .single();
  }

  public record Pieces(int stock, int lockStock, int actualStock) {}
}
