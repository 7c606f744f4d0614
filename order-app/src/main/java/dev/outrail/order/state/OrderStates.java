package dev.outrail.order.state;

import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.IncorrectUpdateSemanticsDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The states of orders and every change of one. A change is a compare-and-set, and all or nothing:
 * if one of its orders was not in the expected state after all, it throws and the transaction has
 * to be rolled back. Each method is one statement, however many orders it gets, and works in the
 * caller's transaction. Thread-safe.
 *
 * <p>The orders come as one JSON parameter and are looked up by their key, in the order given:
 * {@code IN} with many ids, or on a small table, may scan and lock what it does not look for.
 */
@Component
public final class OrderStates {

  private static final String COLUMNS =
      """
      o.order_id, o.user_id, o.status, o.total, o.currency, o.pay_id, o.close_reason,
      CAST(UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) * 1000000 AS SIGNED) AS as_of_micros
      """;

  private static final String READ =
      "SELECT "
          + COLUMNS
          + """
            FROM JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS wanted
            STRAIGHT_JOIN orders AS o FORCE INDEX (PRIMARY) ON o.order_id = wanted.order_id
            """;

  /** Locks: a plain read would see the transaction's snapshot, which a cancellation may outrun. */
  private static final String LOCK = READ + "FOR UPDATE OF o";

  private static final String LOCK_OVERDUE =
      "SELECT "
          + COLUMNS
          + """
            FROM orders AS o FORCE INDEX (idx_open)
            WHERE o.status = :status
              AND o.create_time < CURRENT_TIMESTAMP(6) - INTERVAL :ageMicros MICROSECOND
            ORDER BY o.create_time
            LIMIT :most
            FOR UPDATE SKIP LOCKED
            """;

  private static final String OPEN =
      """
      UPDATE JSON_TABLE(:orderIds, '$[*]' COLUMNS (order_id BIGINT PATH '$')) AS locked
      STRAIGHT_JOIN orders AS o FORCE INDEX (PRIMARY) ON o.order_id = locked.order_id
      SET o.status = 1, o.version = o.version + 1
      WHERE o.status = 0
      """;

  private static final String PAY =
      """
      UPDATE JSON_TABLE(:orders, '$[*]' COLUMNS (
          order_id BIGINT PATH '$[0]', pay_id BIGINT PATH '$[1]', pay_time VARCHAR(32) PATH '$[2]'
        )) AS paid
      STRAIGHT_JOIN orders AS o FORCE INDEX (PRIMARY) ON o.order_id = paid.order_id
      SET o.status = 2, o.is_payed = 1, o.pay_id = paid.pay_id, o.pay_time = paid.pay_time,
          o.close_reason = NULL, o.close_time = NULL, o.version = o.version + 1
      WHERE o.status = 1 OR (o.status = 6 AND o.close_reason = 'TIMED_OUT')
      """;

  private static final String CLOSE =
      """
      UPDATE JSON_TABLE(:orders, '$[*]' COLUMNS (
          order_id BIGINT PATH '$[0]', status TINYINT PATH '$[1]', pay_id BIGINT PATH '$[2]'
        )) AS known
      STRAIGHT_JOIN orders AS o FORCE INDEX (PRIMARY) ON o.order_id = known.order_id
      SET o.status = 6, o.close_reason = :reason, o.close_time = :closeTime,
          o.is_payed = 0, o.pay_id = NULL, o.pay_time = NULL, o.version = o.version + 1
      WHERE o.status = known.status AND o.status <> 6 AND o.pay_id <=> known.pay_id
      """;

  /** With its offset, so that the session's time zone does not matter. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSxxx").withZone(ZoneOffset.UTC);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  public OrderStates(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those that exist, by ascending id; nothing is locked. */
  public Map<Long, StoredOrder> read(Collection<Long> orderIds) {
    return find(READ, orderIds);
  }

  /**
   * Those that exist, by ascending id, locked in this order until the transaction ends. Whoever
   * locks several orders does it through this method, in one call, so that nobody waits in circles.
   */
  public Map<Long, StoredOrder> lock(Collection<Long> orderIds) {
    return find(LOCK, orderIds);
  }

  private Map<Long, StoredOrder> find(String sql, Collection<Long> orderIds) {
    Map<Long, StoredOrder> found = new LinkedHashMap<>();
    jdbc.sql(sql)
        .param("orderIds", json(orderIds.stream().distinct().sorted().toList()))
        .query((row, n) -> storedOrder(row))
        .list()
        .forEach(order -> found.put(order.orderId(), order));
    return found;
  }

  /**
   * Locks the oldest orders that have been in this state, one that orders begin in, for too long.
   * Those that somebody else has locked are left out, so several instances share the work.
   *
   * @param age how long ago, by the database's clock, they were made at least
   */
  public List<StoredOrder> lockOverdue(OrderStatus status, Duration age, int most) {
    return jdbc.sql(LOCK_OVERDUE)
        .param("status", status.number())
        .param("ageMicros", age.toNanos() / 1_000)
        .param("most", most)
        .query((row, n) -> storedOrder(row))
        .list();
  }

  /** From submitted to unpaid. */
  public void open(List<Long> orderIds) {
    change("opened", orderIds, jdbc.sql(OPEN).param("orderIds", json(orderIds)));
  }

  /** From unpaid, or closed as timed out, to paid. */
  public void pay(List<PaidOrder> orders) {
    List<List<Object>> rows =
        orders.stream()
            .map(
                one -> List.<Object>of(one.orderId(), one.payId(), TIMESTAMP.format(one.payTime())))
            .toList();
    change("paid", rows, jdbc.sql(PAY).param("orders", json(rows)));
  }

  /**
   * From the state that they were locked in to closed. What they knew of a payment is cleared.
   *
   * @param orders as they were locked
   */
  public void close(List<StoredOrder> orders, CloseReason reason, Instant closeTime) {
    List<List<@Nullable Object>> rows =
        orders.stream()
            .map(
                one ->
                    Arrays.<@Nullable Object>asList(
                        one.orderId(), one.status().number(), one.payId()))
            .toList();
    change(
        "closed as " + reason,
        rows,
        jdbc.sql(CLOSE)
            .param("orders", json(rows))
            .param("reason", reason.name())
            .param("closeTime", closeTime.atOffset(ZoneOffset.UTC)));
  }

  private static String json(List<?> rows) {
    return JSON.writeValueAsString(rows);
  }

  private static void change(String what, List<?> rows, JdbcClient.StatementSpec statement) {
    if (rows.isEmpty()) {
      return;
    }
    int changed = statement.update();
    if (changed != rows.size()) {
      throw new IncorrectUpdateSemanticsDataAccessException(
          "%d orders were %s, expected %d: %s".formatted(changed, what, rows.size(), rows));
    }
  }

  private static StoredOrder storedOrder(ResultSet row) throws SQLException {
    String reason = row.getString("close_reason");
    return new StoredOrder(
        row.getLong("order_id"),
        row.getLong("user_id"),
        OrderStatus.of(row.getInt("status")),
        row.getLong("total"),
        row.getString("currency"),
        row.getObject("pay_id", Long.class),
        reason == null ? null : CloseReason.valueOf(reason),
        Instant.EPOCH.plus(row.getLong("as_of_micros"), ChronoUnit.MICROS));
  }
}
