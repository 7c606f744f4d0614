package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What must hold across the three databases once all events have been applied, as queries for the
 * rows that break it.
 */
final class Invariants {

  private static final String APPLIED =
      "each event is marked as applied by its consumer, and nothing else is";

  private static final Map<String, String> QUERIES = new LinkedHashMap<>();

  static {
    QUERIES.put(
        "every payment that was paid and effective has its event, and no unpaid one has any",
        """
        SELECT p.pay_id, p.pay_status, COUNT(o.id) AS events
        FROM mall4cloud_payment.pay_info p
        LEFT JOIN mall4cloud_payment.outbox o
          ON o.aggregatetype = 'order-notify' AND o.aggregateid = CAST(p.pay_id AS CHAR)
        GROUP BY p.pay_id, p.pay_status
        HAVING events <> IF(p.pay_status = 1, 1, 0)
           AND NOT (p.pay_status IN (2, 3) AND events = 1)
        """);
    QUERIES.put(
        "a payment's amount is the sum of its parts",
        """
        SELECT p.pay_id, p.pay_amount, SUM(o.amount) AS parts
        FROM mall4cloud_payment.pay_info p JOIN mall4cloud_payment.pay_order o USING (pay_id)
        GROUP BY p.pay_id, p.pay_amount HAVING parts <> p.pay_amount
        """);
    QUERIES.put(
        "a payment stands where its parts stand",
        """
        SELECT p.pay_id, p.pay_status, GROUP_CONCAT(o.state) AS parts
        FROM mall4cloud_payment.pay_info p JOIN mall4cloud_payment.pay_order o USING (pay_id)
        GROUP BY p.pay_id, p.pay_status
        HAVING p.pay_status <> CASE
            WHEN SUM(o.state <> 0) = 0 THEN 0
            WHEN SUM(o.state = 1) > 0 THEN 1
            WHEN SUM(o.state = 2) > 0 THEN 2
            ELSE 3 END
          OR (SUM(o.state = 0) > 0 AND SUM(o.state <> 0) > 0)
        """);
    QUERIES.put(
        "every paid order has exactly one effective payment part, with the order's total",
        """
        SELECT o.order_id, o.pay_id, o.total, COUNT(p.pay_id) AS effective
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_payment.pay_order p
          ON p.order_id = o.order_id AND p.state = 1 AND p.pay_id = o.pay_id AND p.amount = o.total
        WHERE o.is_payed = 1 GROUP BY o.order_id, o.pay_id, o.total HAVING effective <> 1
        """);
    QUERIES.put(
        "an order has at most one effective payment part, and says so itself",
        """
        SELECT p.pay_id, p.order_id, o.status, o.pay_id AS order_pay_id
        FROM mall4cloud_payment.pay_order p
        LEFT JOIN mall4cloud_order.orders o ON o.order_id = p.order_id
        WHERE p.state = 1 AND (o.pay_id IS NULL OR o.pay_id <> p.pay_id OR o.is_payed <> 1)
        """);
    QUERIES.put(
        "the effective part of an order is the one in paid_order, and the reverse",
        """
        SELECT p.pay_id, p.order_id, d.pay_id AS paid_by
        FROM mall4cloud_payment.pay_order p
        LEFT JOIN mall4cloud_payment.paid_order d ON d.order_id = p.order_id
        WHERE p.state = 1 AND (d.pay_id IS NULL OR d.pay_id <> p.pay_id)
        UNION ALL
        SELECT d.pay_id, d.order_id, p.state
        FROM mall4cloud_payment.paid_order d
        LEFT JOIN mall4cloud_payment.pay_order p ON p.order_id = d.order_id AND p.pay_id = d.pay_id
        WHERE p.state IS NULL OR p.state <> 1
        """);
    QUERIES.put(
        "every order that was paid announced it exactly once, no other order did",
        """
        SELECT o.order_id, o.status, o.close_reason, COUNT(x.id) AS events
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_order.outbox x
          ON x.aggregatetype = 'order-notify-stock' AND x.aggregateid = CAST(o.order_id AS CHAR)
        GROUP BY o.order_id, o.status, o.is_payed, o.close_reason
        HAVING events <> IF(o.is_payed = 1 OR o.close_reason <=> 'STOCK_GONE', 1, 0)
        """);
    QUERIES.put(
        "every order that was closed announced it once for each time, no other order did",
        """
        SELECT o.order_id, o.status, o.close_reason, COUNT(x.id) AS events
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_order.outbox x
          ON x.aggregatetype = 'order-closed' AND x.aggregateid = CAST(o.order_id AS CHAR)
        GROUP BY o.order_id, o.status, o.close_reason
        HAVING CASE
            WHEN o.close_reason IN ('CANCELLED', 'TIMED_OUT', 'NOT_STOCK') THEN events <> 1
            WHEN o.close_reason = 'STOCK_GONE' THEN events NOT IN (1, 2)
            WHEN o.status IN (2, 3, 5) THEN events > 1
            ELSE events > 0 END
        """);
    QUERIES.put(
        "every submitted order announced itself at most once, and once if it waited for payment",
        """
        SELECT o.order_id, o.status, o.close_reason, COUNT(x.id) AS events
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_order.outbox x
          ON x.aggregatetype = 'order-created' AND x.aggregateid = CAST(o.order_id AS CHAR)
        WHERE o.order_id > 1000000
        GROUP BY o.order_id, o.status, o.close_reason
        HAVING events > 1
           OR (events = 0 AND (o.status IN (1, 2, 3, 5) OR o.close_reason IN ('CANCELLED', 'STOCK_GONE')))
           OR (events > 0 AND (o.status = 0 OR o.close_reason = 'NOT_STOCK'))
        """);
    QUERIES.put(
        "an order's total is the sum of its items",
        """
        SELECT o.order_id, o.total, SUM(i.count * i.price) AS items
        FROM mall4cloud_order.orders o JOIN mall4cloud_order.order_item i USING (order_id)
        GROUP BY o.order_id, o.total HAVING items <> o.total
        """);
    QUERIES.put(
        "a purchase became orders that exist, and each submitted order is of one purchase",
        """
        SELECT o.order_id, o.user_id, COUNT(s.user_id) AS purchases
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_order.order_submission s
          ON s.user_id = o.user_id AND FIND_IN_SET(o.order_id, s.order_ids)
        WHERE o.order_id > 1000000 GROUP BY o.order_id, o.user_id HAVING purchases <> 1
        """);
    QUERIES.put(
        "an order that waits or is paid holds exactly what it is made of",
        """
        SELECT i.order_id, i.sku_id, i.count, o.status, l.count AS held, l.status AS lock_status
        FROM mall4cloud_order.orders o
        JOIN mall4cloud_order.order_item i USING (order_id)
        LEFT JOIN mall4cloud_stock.sku_stock_lock l ON l.order_id = i.order_id AND l.sku_id = i.sku_id
        WHERE o.status IN (1, 2)
          AND (l.count IS NULL OR l.count <> i.count OR l.status <> IF(o.status = 2, 1, 0))
        """);
    QUERIES.put(
        "an order that is closed holds nothing and used nothing",
        """
        SELECT l.order_id, l.sku_id, l.status, o.close_reason
        FROM mall4cloud_stock.sku_stock_lock l JOIN mall4cloud_order.orders o USING (order_id)
        WHERE o.status = 6 AND (l.status = 1 OR (o.close_reason IS NOT NULL AND l.status = 0))
        """);
    QUERIES.put(
        "nothing is held for an order that does not exist",
        """
        SELECT l.order_id, l.sku_id, l.count, l.status
        FROM mall4cloud_stock.sku_stock_lock l LEFT JOIN mall4cloud_order.orders o USING (order_id)
        WHERE o.order_id IS NULL
        """);
    QUERIES.put(
        "available, locked and sold pieces are what was received, and none is negative",
        """
        SELECT sku_id, stock, lock_stock, sold, received, actual_stock FROM mall4cloud_stock.sku_stock
        WHERE received <> stock + lock_stock + sold OR actual_stock <> stock + lock_stock
           OR stock < 0 OR lock_stock < 0 OR sold < 0
        """);
    QUERIES.put(
        "locked pieces are the sum of the open locks, sold ones of the used locks",
        """
        SELECT s.sku_id, s.lock_stock, s.sold,
          COALESCE(SUM(IF(l.status = 0, l.count, 0)), 0) AS open_locks,
          COALESCE(SUM(IF(l.status = 1, l.count, 0)), 0) AS used_locks
        FROM mall4cloud_stock.sku_stock s LEFT JOIN mall4cloud_stock.sku_stock_lock l USING (sku_id)
        GROUP BY s.sku_id, s.lock_stock, s.sold
        HAVING open_locks <> s.lock_stock OR used_locks <> s.sold
        """);
    QUERIES.put(
        APPLIED,
        """
        SELECT 'not applied' AS problem, o.id, o.aggregatetype, o.aggregateid
        FROM mall4cloud_payment.outbox o
        LEFT JOIN mall4cloud_order.processed_message m ON m.message_id = o.id
        WHERE o.aggregatetype = 'order-notify' AND m.message_id IS NULL
        UNION ALL
        SELECT 'not applied', o.id, o.aggregatetype, o.aggregateid FROM mall4cloud_order.outbox o
        LEFT JOIN mall4cloud_stock.processed_message m ON m.message_id = o.id
        WHERE o.aggregatetype IN ('order-notify-stock', 'order-closed') AND m.message_id IS NULL
        UNION ALL
        SELECT 'not applied', o.id, o.aggregatetype, o.aggregateid FROM mall4cloud_order.outbox o
        LEFT JOIN mall4cloud_payment.processed_message m ON m.message_id = o.id
        WHERE o.aggregatetype = 'order-pay-rejected' AND m.message_id IS NULL
        UNION ALL
        SELECT 'not applied', o.id, o.aggregatetype, o.aggregateid FROM mall4cloud_stock.outbox o
        LEFT JOIN mall4cloud_order.processed_message m ON m.message_id = o.id
        WHERE o.aggregatetype = 'order-stock-rejected' AND m.message_id IS NULL
        UNION ALL
        SELECT 'unknown event applied', m.message_id, m.consumer, ''
        FROM mall4cloud_stock.processed_message m
        LEFT JOIN mall4cloud_order.outbox o ON o.id = m.message_id WHERE o.id IS NULL
        UNION ALL
        SELECT 'unknown event applied', m.message_id, m.consumer, ''
        FROM mall4cloud_payment.processed_message m
        LEFT JOIN mall4cloud_order.outbox o ON o.id = m.message_id WHERE o.id IS NULL
        UNION ALL
        SELECT 'unknown event applied', m.message_id, m.consumer, ''
        FROM mall4cloud_order.processed_message m
        LEFT JOIN mall4cloud_payment.outbox p ON p.id = m.message_id
        LEFT JOIN mall4cloud_stock.outbox s ON s.id = m.message_id
        WHERE p.id IS NULL AND s.id IS NULL
        """);
    QUERIES.put(
        "an applied payment paid each of its orders or was rejected by it, never both",
        """
        SELECT e.pay_id AS payment, e.order_id, o.pay_id AS paid_by, COUNT(r.id) AS rejections
        FROM (SELECT CAST(x.aggregateid AS SIGNED) AS pay_id, part.order_id
              FROM mall4cloud_payment.outbox x
              JOIN mall4cloud_order.processed_message m ON m.message_id = x.id,
                JSON_TABLE(CONVERT(x.payload USING utf8mb4), '$.orders[*]'
                  COLUMNS (order_id BIGINT PATH '$.orderId')) part
              WHERE x.aggregatetype = 'order-notify') e
        LEFT JOIN mall4cloud_order.orders o ON o.order_id = e.order_id
        LEFT JOIN mall4cloud_order.outbox r
          ON r.aggregatetype = 'order-pay-rejected' AND r.aggregateid = CAST(e.pay_id AS CHAR)
         AND JSON_VALUE(CONVERT(r.payload USING utf8mb4), '$.orderId' RETURNING SIGNED) = e.order_id
        GROUP BY e.pay_id, e.order_id, o.pay_id
        HAVING rejections <> IF(paid_by <=> payment, 0, 1)
        """);
    QUERIES.put(
        "an applied paid order used its locks or was told that its stock is gone, never both",
        """
        SELECT x.aggregateid AS order_id, MIN(l.status) AS least, MAX(l.status) AS most,
          COUNT(DISTINCT r.id) AS rejections
        FROM mall4cloud_order.outbox x
        JOIN mall4cloud_stock.processed_message m ON m.message_id = x.id
        LEFT JOIN mall4cloud_stock.sku_stock_lock l ON l.order_id = CAST(x.aggregateid AS SIGNED)
        LEFT JOIN mall4cloud_stock.outbox r
          ON r.aggregatetype = 'order-stock-rejected' AND r.aggregateid = x.aggregateid
        WHERE x.aggregatetype = 'order-notify-stock'
        GROUP BY x.id, x.aggregateid
        HAVING NOT (least = 1 AND most = 1 AND rejections = 0)
           AND NOT (most < 1 AND rejections = 1)
        """);
    QUERIES.put(
        "an applied closed order can lock nothing any more",
        """
        SELECT x.aggregateid AS order_id
        FROM mall4cloud_order.outbox x
        JOIN mall4cloud_stock.processed_message m ON m.message_id = x.id
        LEFT JOIN mall4cloud_stock.released_order r ON r.order_id = CAST(x.aggregateid AS SIGNED)
        WHERE x.aggregatetype = 'order-closed' AND r.order_id IS NULL
        """);
    QUERIES.put(
        "an order whose stock was gone is closed for that",
        """
        SELECT x.aggregateid AS order_id, o.status, o.close_reason
        FROM mall4cloud_stock.outbox x
        LEFT JOIN mall4cloud_order.orders o ON o.order_id = CAST(x.aggregateid AS SIGNED)
        WHERE x.aggregatetype = 'order-stock-rejected'
          AND NOT (o.status <=> 6 AND o.close_reason <=> 'STOCK_GONE')
        """);
    QUERIES.put(
        "an order rejects a payment at most once, and never one that paid it",
        """
        SELECT x.order_id, x.pay_id, COUNT(*) AS rejections, MAX(o.pay_id) AS order_pay_id
        FROM (SELECT CAST(aggregateid AS SIGNED) AS pay_id,
                JSON_VALUE(CONVERT(payload USING utf8mb4), '$.orderId' RETURNING SIGNED) AS order_id
              FROM mall4cloud_order.outbox WHERE aggregatetype = 'order-pay-rejected') x
        LEFT JOIN mall4cloud_order.orders o ON o.order_id = x.order_id
        GROUP BY x.order_id, x.pay_id
        HAVING rejections > 1 OR (order_pay_id IS NOT NULL AND order_pay_id = x.pay_id)
        """);
    QUERIES.put(
        "each rejection has its part to be refunded",
        """
        SELECT x.id, x.aggregateid, CONVERT(x.payload USING utf8mb4) AS payload, p.state
        FROM mall4cloud_order.outbox x
        LEFT JOIN mall4cloud_payment.pay_order p
          ON p.pay_id = CAST(x.aggregateid AS UNSIGNED)
         AND p.order_id = JSON_VALUE(CONVERT(x.payload USING utf8mb4), '$.orderId' RETURNING SIGNED)
        WHERE x.aggregatetype = 'order-pay-rejected' AND (p.state IS NULL OR p.state NOT IN (2, 3))
        """);
    QUERIES.put(
        "each part that is to be refunded was rejected, or another payment was effective before it",
        """
        SELECT p.pay_id, p.order_id, p.state, p.reason
        FROM mall4cloud_payment.pay_order p
        LEFT JOIN mall4cloud_order.outbox x
          ON x.aggregatetype = 'order-pay-rejected' AND x.aggregateid = CAST(p.pay_id AS CHAR)
         AND JSON_VALUE(CONVERT(x.payload USING utf8mb4), '$.orderId' RETURNING SIGNED) = p.order_id
        WHERE p.state IN (2, 3) AND x.id IS NULL
          AND NOT (p.reason <=> 'ORDER_PAID_OTHERWISE' AND EXISTS (
            SELECT 1 FROM mall4cloud_payment.pay_order other
            WHERE other.order_id = p.order_id AND other.pay_id <> p.pay_id AND other.state > 0))
        """);
    QUERIES.put(
        "a refunded part was paid back once, in full, and nothing else was",
        """
        SELECT p.pay_id, p.order_id, p.state, p.amount, COUNT(s.refund_no) AS refunds, SUM(s.amount) AS paid_back
        FROM mall4cloud_payment.pay_order p
        LEFT JOIN mall4cloud_payment.sandbox_refund s
          ON s.pay_id = p.pay_id AND s.order_id = p.order_id
        GROUP BY p.pay_id, p.order_id, p.state, p.amount, p.refund_no
        HAVING NOT (p.state = 3 AND refunds = 1 AND paid_back = p.amount AND p.refund_no <=> MAX(s.refund_no))
           AND NOT (p.state = 2 AND (refunds = 0 OR (refunds = 1 AND paid_back = p.amount)))
           AND NOT (p.state IN (0, 1) AND refunds = 0)
        UNION ALL
        SELECT s.pay_id, s.order_id, NULL, s.amount, 1, s.amount
        FROM mall4cloud_payment.sandbox_refund s
        LEFT JOIN mall4cloud_payment.pay_order p ON p.pay_id = s.pay_id AND p.order_id = s.order_id
        WHERE p.pay_id IS NULL
        """);
  }

  private final JdbcTemplate jdbc;

  Invariants(DataSource anyDatabase) {
    this.jdbc = new JdbcTemplate(anyDatabase);
  }

  /** Events that their consumer has not applied so far. */
  List<Map<String, Object>> unapplied() {
    return jdbc.queryForList("SELECT * FROM (" + QUERIES.get(APPLIED) + ") broken LIMIT 20");
  }

  /** Fails with the offending rows, named by the rule that they break. */
  void assertAllHold() {
    assertThat(broken()).as("rows that break an invariant").isEmpty();
  }

  /** The offending rows, at most twenty a rule, by the rule that they break. */
  Map<String, List<Map<String, Object>>> broken() {
    Map<String, List<Map<String, Object>>> broken = new LinkedHashMap<>();
    QUERIES.forEach(
        (rule, query) -> {
          List<Map<String, Object>> rows =
              jdbc.queryForList("SELECT * FROM (" + query + ") broken LIMIT 20");
          if (!rows.isEmpty()) {
            broken.put(rule, rows);
          }
        });
    return broken;
  }

  static Set<String> rules() {
    return QUERIES.keySet();
  }
}
