package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.Testbed;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * The checker itself: a mall where all is well breaks no rule, and each rule is broken by what it
 * is there for. Order 1000001 is paid and sold; 1000002 was cancelled under its payment; 1000003
 * timed out, was paid late and had no stock left.
 */
class InvariantsIT {

  private static final String PAYMENT = "mall4cloud_payment";
  private static final String ORDER = "mall4cloud_order";
  private static final String STOCK = "mall4cloud_stock";

  private static SingleConnectionDataSource connection;
  private static JdbcTemplate jdbc;

  @BeforeAll
  static void createAMallWhereAllIsWell() throws Exception {
    var mysql = Testbed.shared().mysql();
    for (String database : List.of(PAYMENT, ORDER, STOCK)) {
      mysql.createDatabase(database);
      try (Connection own = mysql.dataSource(database).getConnection()) {
        ResourceDatabasePopulator tables = new ResourceDatabasePopulator();
        tables.addScript(new ClassPathResource("outrail/schema/messaging.sql"));
        tables.addScript(new ClassPathResource("outrail/schema/leaf-alloc.sql"));
        tables.addScript(
            new ClassPathResource(
                "outrail/schema/" + database.substring("mall4cloud_".length()) + ".sql"));
        tables.populate(own);
      }
    }
    connection = new SingleConnectionDataSource(mysql.dataSource("").getConnection(), true);
    jdbc = new JdbcTemplate(connection);
    // What the tables refuse by themselves, the checker is to find all the same.
    jdbc.execute(
        """
        ALTER TABLE mall4cloud_stock.sku_stock DROP CHECK sku_stock_sum,
          DROP CHECK sku_stock_received, DROP CHECK sku_stock_not_negative
        """);
    payments();
    orders();
    stock();
    connection.getConnection().setAutoCommit(false);
  }

  @AfterAll
  static void dropIt() throws Exception {
    if (connection != null) {
      for (String database : List.of(PAYMENT, ORDER, STOCK)) {
        jdbc.execute("DROP DATABASE " + database);
      }
      connection.destroy();
    }
  }

  @AfterEach
  void undo() throws Exception {
    connection.getConnection().rollback();
  }

  @Test
  void whereAllIsWellNoRuleIsBroken() {
    assertThat(new Invariants(connection).broken()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "every payment that was paid and effective has its event, and no unpaid one has any | DELETE FROM mall4cloud_payment.outbox WHERE id = 'paid-1'",
        "a payment's amount is the sum of its parts | UPDATE mall4cloud_payment.pay_info SET pay_amount = 101 WHERE pay_id = 1",
        "a payment stands where its parts stand | UPDATE mall4cloud_payment.pay_info SET pay_status = 2 WHERE pay_id = 2",
        "every paid order has exactly one effective payment part, with the order's total | UPDATE mall4cloud_payment.pay_order SET amount = 99 WHERE pay_id = 1",
        "an order has at most one effective payment part, and says so itself | UPDATE mall4cloud_payment.pay_order SET state = 1 WHERE pay_id = 2",
        "the effective part of an order is the one in paid_order, and the reverse | DELETE FROM mall4cloud_payment.paid_order WHERE order_id = 1000001",
        "the effective part of an order is the one in paid_order, and the reverse | INSERT INTO mall4cloud_payment.paid_order (order_id, pay_id, user_id) VALUES (1000002, 2, 7)",
        "every order that was paid announced it exactly once, no other order did | DELETE FROM mall4cloud_order.outbox WHERE id = 'sell-1'",
        "every order that was paid announced it exactly once, no other order did | UPDATE mall4cloud_order.outbox SET aggregateid = '1000002' WHERE id = 'sell-1'",
        "every order that was closed announced it once for each time, no other order did | DELETE FROM mall4cloud_order.outbox WHERE id = 'closed-2'",
        "every submitted order announced itself at most once, and once if it waited for payment | DELETE FROM mall4cloud_order.outbox WHERE id = 'created-1'",
        "an order's total is the sum of its items | UPDATE mall4cloud_order.order_item SET price = 99 WHERE order_id = 1000001",
        "a purchase became orders that exist, and each submitted order is of one purchase | UPDATE mall4cloud_order.order_submission SET order_ids = '1000002,1000003'",
        "an order that waits or is paid holds exactly what it is made of | UPDATE mall4cloud_stock.sku_stock_lock SET count = 2 WHERE order_id = 1000001",
        "an order that waits or is paid holds exactly what it is made of | DELETE FROM mall4cloud_stock.sku_stock_lock WHERE order_id = 1000001",
        "an order that is closed holds nothing and used nothing | UPDATE mall4cloud_stock.sku_stock_lock SET status = 0 WHERE order_id = 1000002",
        "nothing is held for an order that does not exist | INSERT INTO mall4cloud_stock.sku_stock_lock (order_id, sku_id, count) VALUES (5, 1, 1)",
        "available, locked and sold pieces are what was received, and none is negative | UPDATE mall4cloud_stock.sku_stock SET received = received + 1",
        "available, locked and sold pieces are what was received, and none is negative | UPDATE mall4cloud_stock.sku_stock SET stock = -1, sold = received + 1, actual_stock = -1",
        "locked pieces are the sum of the open locks, sold ones of the used locks | UPDATE mall4cloud_stock.sku_stock SET lock_stock = 1, stock = stock - 1",
        "locked pieces are the sum of the open locks, sold ones of the used locks | UPDATE mall4cloud_stock.sku_stock SET sold = 2, stock = stock - 1, actual_stock = actual_stock - 1",
        "each event is marked as applied by its consumer, and nothing else is | DELETE FROM mall4cloud_order.processed_message WHERE message_id = 'paid-1'",
        "each event is marked as applied by its consumer, and nothing else is | DELETE FROM mall4cloud_stock.processed_message WHERE message_id = 'closed-2'",
        "each event is marked as applied by its consumer, and nothing else is | DELETE FROM mall4cloud_payment.processed_message WHERE message_id = 'rejected-2'",
        "each event is marked as applied by its consumer, and nothing else is | DELETE FROM mall4cloud_order.processed_message WHERE message_id = 'gone-3'",
        "each event is marked as applied by its consumer, and nothing else is | INSERT INTO mall4cloud_stock.processed_message (consumer, message_id) VALUES ('stock-app', 'unknown')",
        "an applied payment paid each of its orders or was rejected by it, never both | UPDATE mall4cloud_order.orders SET pay_id = 9 WHERE order_id = 1000001",
        "an applied payment paid each of its orders or was rejected by it, never both | DELETE FROM mall4cloud_order.outbox WHERE id = 'rejected-2'",
        "an applied paid order used its locks or was told that its stock is gone, never both | UPDATE mall4cloud_stock.sku_stock_lock SET status = 0 WHERE order_id = 1000001",
        "an applied paid order used its locks or was told that its stock is gone, never both | DELETE FROM mall4cloud_stock.outbox WHERE id = 'gone-3'",
        "an applied closed order can lock nothing any more | DELETE FROM mall4cloud_stock.released_order WHERE order_id = 1000002",
        "an order whose stock was gone is closed for that | UPDATE mall4cloud_order.orders SET close_reason = 'TIMED_OUT' WHERE order_id = 1000003",
        "an order rejects a payment at most once, and never one that paid it | UPDATE mall4cloud_order.outbox SET aggregateid = '1', payload = '{\"payId\":1,\"orderId\":1000001}' WHERE id = 'rejected-2'",
        "each rejection has its part to be refunded | UPDATE mall4cloud_payment.pay_order SET state = 1 WHERE pay_id = 2",
        "each part that is to be refunded was rejected, or another payment was effective before it | DELETE FROM mall4cloud_order.outbox WHERE id = 'rejected-2'",
        "a refunded part was paid back once, in full, and nothing else was | DELETE FROM mall4cloud_payment.sandbox_refund WHERE pay_id = 2",
        "a refunded part was paid back once, in full, and nothing else was | UPDATE mall4cloud_payment.sandbox_refund SET amount = 1 WHERE pay_id = 2",
        "a refunded part was paid back once, in full, and nothing else was | UPDATE mall4cloud_payment.sandbox_refund SET pay_id = 1, order_id = 1000001 WHERE pay_id = 2",
        "a refunded part was paid back once, in full, and nothing else was | INSERT INTO mall4cloud_payment.sandbox_refund (idempotency_key, pay_id, order_id, amount, currency, refund_no) VALUES ('again', 2, 1000002, 100, 'CNY', 'again')",
      })
  void eachRuleIsBrokenByWhatItIsThereFor(String rule, String fault) {
    assertThat(Invariants.rules()).contains(rule);

    assertThat(jdbc.update(fault)).as("rows that the fault changes").isPositive();

    Map<String, List<Map<String, Object>>> broken = new Invariants(connection).broken();
    assertThat(broken).containsKey(rule);
  }

  @Test
  void noRuleIsLeftOut() throws Exception {
    List<String> tested = new ArrayList<>();
    CsvSource source =
        InvariantsIT.class
            .getDeclaredMethod("eachRuleIsBrokenByWhatItIsThereFor", String.class, String.class)
            .getAnnotation(CsvSource.class);
    for (String line : source.value()) {
      tested.add(line.substring(0, line.indexOf('|')).strip());
    }

    assertThat(tested).containsAll(Invariants.rules());
  }

  private static void payments() {
    jdbc.execute(
        """
        INSERT INTO mall4cloud_payment.pay_info
          (pay_id, user_id, sys_type, pay_status, pay_amount, currency)
        VALUES (1, 7, 0, 1, 100, 'CNY'), (2, 7, 0, 3, 100, 'CNY'), (3, 7, 0, 3, 100, 'CNY')
        """);
    jdbc.execute(
        """
        INSERT INTO mall4cloud_payment.pay_order
          (pay_id, order_id, amount, state, reason, refund_no)
        VALUES (1, 1000001, 100, 1, NULL, NULL), (2, 1000002, 100, 3, 'ORDER_CLOSED', 'r-2'),
          (3, 1000003, 100, 3, 'STOCK_GONE', 'r-3')
        """);
    jdbc.execute(
        """
        INSERT INTO mall4cloud_payment.paid_order (order_id, pay_id, user_id)
        VALUES (1000001, 1, 7)
        """);
    jdbc.execute(
        """
        INSERT INTO mall4cloud_payment.sandbox_refund
          (idempotency_key, pay_id, order_id, amount, currency, refund_no)
        VALUES ('2-1000002', 2, 1000002, 100, 'CNY', 'r-2'),
          ('3-1000003', 3, 1000003, 100, 'CNY', 'r-3')
        """);
    for (int pay = 1; pay <= 3; pay++) {
      event(
          PAYMENT,
          "paid-" + pay,
          "order-notify",
          pay,
          "{\"orders\":[{\"orderId\":100000%d}]}".formatted(pay));
      applied(ORDER, "order-app", "paid-" + pay);
    }
  }

  private static void orders() {
    jdbc.execute(
        """
        INSERT INTO mall4cloud_order.orders
          (order_id, shop_id, user_id, total, status, is_payed, pay_id, close_reason)
        VALUES (1000001, 1, 7, 100, 2, 1, 1, NULL), (1000002, 1, 7, 100, 6, 0, NULL, 'CANCELLED'),
          (1000003, 1, 7, 100, 6, 0, NULL, 'STOCK_GONE')
        """);
    jdbc.execute(
        """
        INSERT INTO mall4cloud_order.order_item (order_id, sku_id, sku_name, count, price)
        SELECT order_id, 1, 'Sample', 1, 100 FROM mall4cloud_order.orders
        """);
    jdbc.execute(
        """
        INSERT INTO mall4cloud_order.order_submission
          (user_id, idempotency_key, request_hash, order_ids)
        VALUES (7, 'one', '', '1000001,1000002,1000003')
        """);
    for (int order = 1; order <= 3; order++) {
      event(ORDER, "created-" + order, "order-created", 1_000_000 + order, "{}");
    }
    event(ORDER, "sell-1", "order-notify-stock", 1_000_001, "{}");
    event(ORDER, "sell-3", "order-notify-stock", 1_000_003, "{}");
    event(ORDER, "closed-2", "order-closed", 1_000_002, "{}");
    event(ORDER, "closed-3", "order-closed", 1_000_003, "{}");
    event(ORDER, "closed-3-for-good", "order-closed", 1_000_003, "{}");
    for (String id : List.of("sell-1", "sell-3", "closed-2", "closed-3", "closed-3-for-good")) {
      applied(STOCK, "stock-app", id);
    }
    for (int pay = 2; pay <= 3; pay++) {
      event(
          ORDER,
          "rejected-" + pay,
          "order-pay-rejected",
          pay,
          "{\"payId\":%1$d,\"orderId\":100000%1$d}".formatted(pay));
      applied(PAYMENT, "payment-app", "rejected-" + pay);
    }
  }

  private static void stock() {
    jdbc.execute(
        """
        INSERT INTO mall4cloud_stock.sku_stock (sku_id, stock, lock_stock, actual_stock, sold)
        VALUES (1, 9, 0, 9, 1)
        """);
    jdbc.execute(
        """
        INSERT INTO mall4cloud_stock.sku_stock_lock (order_id, sku_id, count, status)
        VALUES (1000001, 1, 1, 1), (1000002, 1, 1, -1), (1000003, 1, 1, -1)
        """);
    jdbc.execute(
        "INSERT INTO mall4cloud_stock.released_order (order_id) VALUES (1000002), (1000003)");
    event(STOCK, "gone-3", "order-stock-rejected", 1_000_003, "{}");
    applied(ORDER, "order-app", "gone-3");
  }

  private static void event(String database, String id, String topic, long key, String payload) {
    jdbc.update(
        """
        INSERT INTO %s.outbox (id, aggregatetype, aggregateid, type, payload)
        VALUES (?, ?, ?, 'sample', ?)
        """
            .formatted(database),
        id,
        topic,
        Long.toString(key),
        payload);
  }

  private static void applied(String database, String consumer, String id) {
    jdbc.update(
        "INSERT INTO %s.processed_message (consumer, message_id) VALUES (?, ?)".formatted(database),
        consumer,
        id);
  }
}
