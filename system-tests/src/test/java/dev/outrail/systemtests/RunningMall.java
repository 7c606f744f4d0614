package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.Mall;
import dev.outrail.launch.MallClient;
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
    Testbed testbed = Testbed.start();
    try {
      Path logs = Files.createDirectories(Path.of("target", "mall-logs"));
      Path folder = Files.createTempDirectory(logs, test.getSimpleName() + "-");
      Mall mall = Mall.on(testbed, MallPorts.free(), folder.toAbsolutePath(), false);
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

  void assertInvariants() {
    new Invariants(testbed.mysql().dataSource("")).assertAllHold();
  }

  @Override
  public void close() {
    mall.close();
    testbed.close();
  }
}
