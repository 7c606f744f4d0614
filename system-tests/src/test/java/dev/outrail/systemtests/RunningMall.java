package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.Mall;
import dev.outrail.launch.MallClient;
import dev.outrail.launch.MallOptions;
import dev.outrail.launch.MallPorts;
import dev.outrail.testbed.Testbed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A whole mall of its own, on servers of its own, with what the tests ask of it. */
final class RunningMall implements AutoCloseable {

  private final Testbed testbed;
  private final Mall mall;
  private final JdbcClient jdbc;
  private final MallClient client;

  private RunningMall(Testbed testbed, Mall mall) {
    this.testbed = testbed;
    this.mall = mall;
    this.jdbc = JdbcClient.create(testbed.mysql().dataSource(""));
    this.client = new MallClient(mall, SampleOrders.USER);
  }

  /** Starts everything; logs are kept under the module's target folder. */
  static RunningMall start(Class<?> test) {
    return start(test, MallOptions.empty());
  }

  /** The same with settings of its own. */
  static RunningMall start(Class<?> test, MallOptions options) {
    Testbed testbed = Testbed.start();
    try {
      Path logs = Files.createDirectories(Path.of("target", "mall-logs"));
      Path folder = Files.createTempDirectory(logs, test.getSimpleName() + "-");
      Mall mall = Mall.on(testbed, MallPorts.free(), folder.toAbsolutePath(), options);
      try {
        mall.start();
      } catch (RuntimeException e) {
        mall.close();
        throw e;
      }
      return new RunningMall(testbed, mall);
    } catch (IOException e) {
      testbed.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      testbed.close();
      throw e;
    }
  }

  Testbed testbed() {
    return testbed;
  }

  Mall mall() {
    return mall;
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  MallClient client() {
    return client;
  }

  /** Pays, and expects that it is accepted. */
  long pay(List<Long> orderIds) {
    MallClient.Answer answer = client.pay(orderIds);
    assertThat(answer.body().toString()).startsWith("{\"code\":\"00000\"");
    return answer.data().asLong();
  }

  void awaitStockSold(List<Long> orderIds, Duration patience) {
    Awaitility.await("stock of %d orders sold".formatted(orderIds.size()))
        .atMost(patience)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(ordersWithOpenLocks(orderIds)).isEmpty());
  }

  void await(String what, Runnable assertion) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(assertion::run);
  }

  int payStatus(long payId) {
    return jdbc.sql("SELECT pay_status FROM mall4cloud_payment.pay_info WHERE pay_id = :payId")
        .param("payId", payId)
        .query(Integer.class)
        .single();
  }

  int orderStatus(long orderId) {
    return jdbc.sql("SELECT status FROM mall4cloud_order.orders WHERE order_id = :orderId")
        .param("orderId", orderId)
        .query(Integer.class)
        .single();
  }

  private List<Long> ordersWithOpenLocks(List<Long> orderIds) {
    return jdbc.sql(
            """
            SELECT DISTINCT order_id FROM mall4cloud_stock.sku_stock_lock
            WHERE status <> 1 AND order_id BETWEEN :first AND :last ORDER BY order_id LIMIT 20
            """)
        .param("first", orderIds.get(0))
        .param("last", orderIds.get(orderIds.size() - 1))
        .query(Long.class)
        .list();
  }

  /** Each event of the outbox is in its topic once, and nothing else is. */
  void assertTopicEqualsOutbox(String topic, String database) {
    List<String> appended =
        jdbc.sql("SELECT id FROM %s.outbox WHERE aggregatetype = :topic".formatted(database))
            .param("topic", topic)
            .query(String.class)
            .list();
    List<String> published = Topic.ids(Topic.readAll(testbed.kafka(), topic));
    assertThat(published).as("ids in " + topic).doesNotHaveDuplicates();
    assertThat(published).as("ids in " + topic).containsExactlyInAnyOrderElementsOf(appended);
  }

  /** Everything that has been appended is applied, and nothing waits to be paid back. */
  void awaitSettled(Duration patience) {
    Invariants invariants = new Invariants(testbed.mysql().dataSource(""));
    Awaitility.await("all events applied and all refunds made")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              assertThat(invariants.unapplied()).as("events that are not applied").isEmpty();
              assertThat(waitingRefunds()).as("parts that wait for their refund").isEmpty();
            });
  }

  private List<String> waitingRefunds() {
    return jdbc.sql(
            """
            SELECT CONCAT_WS(' ', pay_id, order_id, refund_attempts, refund_problem)
            FROM mall4cloud_payment.pay_order WHERE state = 2 LIMIT 10
            """)
        .query(String.class)
        .list();
  }

  void assertInvariants() {
    new Invariants(testbed.mysql().dataSource("")).assertAllHold();
  }

  /** No listener has given up on anything. */
  void assertNoDeadLetters() {
    for (String database : List.of("mall4cloud_order", "mall4cloud_stock", "mall4cloud_payment")) {
      assertThat(
              jdbc()
                  .sql(
                      "SELECT CONCAT_WS(' ', topic, event_key, cause) FROM %s.dead_letter"
                          .formatted(database))
                  .query(String.class)
                  .list())
          .as("dead letters in " + database)
          .isEmpty();
    }
  }

  /** What the three databases say, without the times at which it was written. */
  String state() {
    StringBuilder state = new StringBuilder();
    for (String query :
        List.of(
            "SELECT order_id, status, is_payed, pay_id, close_reason, version FROM mall4cloud_order.orders ORDER BY order_id",
            "SELECT pay_id, pay_status, version FROM mall4cloud_payment.pay_info ORDER BY pay_id",
            "SELECT pay_id, order_id, state, reason, refund_no FROM mall4cloud_payment.pay_order ORDER BY pay_id, order_id",
            "SELECT order_id, pay_id FROM mall4cloud_payment.paid_order ORDER BY order_id",
            "SELECT idempotency_key, amount, requests FROM mall4cloud_payment.sandbox_refund ORDER BY 1",
            "SELECT sku_id, stock, lock_stock, sold FROM mall4cloud_stock.sku_stock ORDER BY sku_id",
            "SELECT order_id, sku_id, count, status FROM mall4cloud_stock.sku_stock_lock ORDER BY order_id, sku_id",
            "SELECT id FROM mall4cloud_payment.outbox ORDER BY id",
            "SELECT id FROM mall4cloud_order.outbox ORDER BY id",
            "SELECT id FROM mall4cloud_stock.outbox ORDER BY id")) {
      jdbc.sql(query).query().listOfRows().forEach(row -> state.append(row.values()).append('\n'));
    }
    return state.toString();
  }

  @Override
  public void close() {
    mall.close();
    testbed.close();
  }
}
