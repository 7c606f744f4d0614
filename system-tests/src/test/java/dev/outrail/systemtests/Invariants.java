package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What must hold across the three databases once all events have been applied, as queries for the
 * rows that break it.
 */
final class Invariants {

  private static final Map<String, String> QUERIES = new LinkedHashMap<>();

  static {
    QUERIES.put(
        "every paid payment has exactly one event, and no other payment has any",
        """
        SELECT p.pay_id, p.pay_status, COUNT(o.id) AS events
        FROM mall4cloud_payment.pay_info p
        LEFT JOIN mall4cloud_payment.outbox o
          ON o.aggregatetype = 'order-notify' AND o.aggregateid = CAST(p.pay_id AS CHAR)
        GROUP BY p.pay_id, p.pay_status
        HAVING events <> IF(p.pay_status = 1, 1, 0)
           AND NOT (p.pay_status = 2 AND events = 1)
        """);
    QUERIES.put(
        "a payment's amount is the sum of its parts",
        """
        SELECT p.pay_id, p.pay_amount, SUM(o.amount) AS parts
        FROM mall4cloud_payment.pay_info p JOIN mall4cloud_payment.pay_order o USING (pay_id)
        GROUP BY p.pay_id, p.pay_amount HAVING parts <> p.pay_amount
        """);
    QUERIES.put(
        "every paid order has exactly one effective payment part, with the order's total",
        """
        SELECT o.order_id, o.pay_id, o.total, COUNT(p.pay_id) AS effective
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_payment.pay_order p
          ON p.order_id = o.order_id AND p.state = 1 AND p.pay_id = o.pay_id AND p.amount = o.total
        WHERE o.status = 2 GROUP BY o.order_id, o.pay_id, o.total HAVING effective <> 1
        """);
    QUERIES.put(
        "an effective payment part belongs to an order that says so",
        """
        SELECT p.pay_id, p.order_id, o.status, o.pay_id AS order_pay_id
        FROM mall4cloud_payment.pay_order p
        LEFT JOIN mall4cloud_order.orders o ON o.order_id = p.order_id
        WHERE p.state = 1 AND (o.pay_id IS NULL OR o.pay_id <> p.pay_id OR o.is_payed <> 1)
        """);
    QUERIES.put(
        "the effective part of an order is the one in paid_order",
        """
        SELECT p.pay_id, p.order_id, d.pay_id AS paid_by
        FROM mall4cloud_payment.pay_order p
        LEFT JOIN mall4cloud_payment.paid_order d ON d.order_id = p.order_id
        WHERE p.state = 1 AND (d.pay_id IS NULL OR d.pay_id <> p.pay_id)
        """);
    QUERIES.put(
        "every paid order announced itself exactly once, no other order did",
        """
        SELECT o.order_id, o.status, COUNT(x.id) AS events
        FROM mall4cloud_order.orders o
        LEFT JOIN mall4cloud_order.outbox x
          ON x.aggregatetype = 'order-notify-stock' AND x.aggregateid = CAST(o.order_id AS CHAR)
        GROUP BY o.order_id, o.status HAVING events <> IF(o.is_payed = 1, 1, 0)
        """
            .replace("GROUP BY o.order_id, o.status", "GROUP BY o.order_id, o.status, o.is_payed"));
    QUERIES.put(
        "the locks of a paid order are used, and only those",
        """
        SELECT l.order_id, l.sku_id, l.status, o.status AS order_status
        FROM mall4cloud_stock.sku_stock_lock l
        JOIN mall4cloud_order.orders o USING (order_id)
        WHERE (l.status = 1) <> (o.is_payed = 1)
        """);
    QUERIES.put(
        "locked stock is the sum of the open locks",
        """
        SELECT s.sku_id, s.lock_stock, COALESCE(SUM(l.count), 0) AS open_locks
        FROM mall4cloud_stock.sku_stock s
        LEFT JOIN mall4cloud_stock.sku_stock_lock l ON l.sku_id = s.sku_id AND l.status = 0
        GROUP BY s.sku_id, s.lock_stock HAVING open_locks <> s.lock_stock
        """);
    QUERIES.put(
        "free and locked stock add up to what is there",
        """
        SELECT sku_id, stock, lock_stock, actual_stock FROM mall4cloud_stock.sku_stock
        WHERE actual_stock <> stock + lock_stock
        """);
    QUERIES.put(
        "each event is applied by its consumer, and nothing else is",
        """
        SELECT 'not applied' AS problem, o.id, o.aggregatetype, o.aggregateid
        FROM mall4cloud_payment.outbox o
        LEFT JOIN mall4cloud_order.processed_message m ON m.message_id = o.id
        WHERE m.message_id IS NULL
        UNION ALL
        SELECT 'not applied', o.id, o.aggregatetype, o.aggregateid FROM mall4cloud_order.outbox o
        LEFT JOIN mall4cloud_stock.processed_message m ON m.message_id = o.id
        WHERE o.aggregatetype = 'order-notify-stock' AND m.message_id IS NULL
        UNION ALL
        SELECT 'not applied', o.id, o.aggregatetype, o.aggregateid FROM mall4cloud_order.outbox o
        LEFT JOIN mall4cloud_payment.processed_message m ON m.message_id = o.id
        WHERE o.aggregatetype = 'order-pay-rejected' AND m.message_id IS NULL
        UNION ALL
        SELECT 'unknown event applied', m.message_id, m.consumer, ''
        FROM mall4cloud_stock.processed_message m
        LEFT JOIN mall4cloud_order.outbox o ON o.id = m.message_id WHERE o.id IS NULL
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
  }

  private final JdbcTemplate jdbc;

  Invariants(DataSource anyDatabase) {
    this.jdbc = new JdbcTemplate(anyDatabase);
  }

  /** Fails with the offending rows, named by the rule that they break. */
  void assertAllHold() {
    Map<String, List<Map<String, Object>>> broken = new LinkedHashMap<>();
    QUERIES.forEach(
        (rule, query) -> {
          List<Map<String, Object>> rows = jdbc.queryForList(query + " LIMIT 20");
          if (!rows.isEmpty()) {
            broken.put(rule, rows);
          }
        });
    assertThat(broken).as("rows that break an invariant").isEmpty();
  }
}
