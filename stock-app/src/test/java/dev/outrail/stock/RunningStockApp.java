package dev.outrail.stock;

import static org.awaitility.Awaitility.await;

import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The application on real servers, one for all tests that extend this. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
public abstract class RunningStockApp {

  protected static final UserTokens USERS = new UserTokens();
  protected static final String SERVICE_SECRET = "a secret that only the tests know of";
  protected static final ConsumedTopic PAID =
      new ConsumedTopic(
          Testbed.shared().kafka(), "order-notify-stock", "stock-app", "order.paid.v1");
  protected static final ConsumedTopic CLOSED =
      new ConsumedTopic(Testbed.shared().kafka(), "order-closed", "stock-app", "order.closed.v1");

  private static final String DATABASE = "stock_" + UUID.randomUUID().toString().replace('-', '_');

  protected final StockTables tables;

  @LocalServerPort private int port;

  @Autowired
  protected RunningStockApp(JdbcClient jdbc) {
    this.tables = new StockTables(jdbc);
  }

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry registry) {
    var mysql = Testbed.shared().mysql();
    mysql.createDatabase(DATABASE);
    registry.add("spring.datasource.url", () -> mysql.jdbcUrl(DATABASE));
    registry.add("spring.datasource.username", mysql::rootUser);
    registry.add("spring.datasource.password", mysql::rootPassword);
    registry.add(
        "spring.kafka.bootstrap-servers", () -> Testbed.shared().kafka().bootstrapServers());
    registry.add(
        "spring.security.oauth2.resourceserver.jwt.public-key-location", USERS::publicKeyLocation);
    registry.add("outrail.security.service-secret", () -> SERVICE_SECRET);
  }

  /** A token by which order-app calls. */
  protected static String orderApp() {
    return new ServiceTokens(SERVICE_SECRET, Clock.systemUTC()).issue("order-app", "stock-app");
  }

  protected Api api() {
    return new Api("http://localhost:" + port + "/mall4cloud_stock");
  }

  /** Waits until the application has acknowledged all that is in its topics. */
  protected static void awaitRead() {
    awaitThat(() -> PAID.isRead() && CLOSED.isRead());
  }

  protected static void awaitThat(BooleanSupplier condition) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(condition::getAsBoolean);
  }

  protected static String closed(long orderId) {
    return "{\"orderId\":%d,\"reason\":\"TIMED_OUT\",\"closedAt\":\"2026-11-24T10:30:00.123456Z\"}"
        .formatted(orderId);
  }

  protected static String paid(long orderId) {
    return "{\"orderId\":%d,\"payId\":5,\"paidAt\":\"2026-11-24T10:00:00.123456Z\"}"
        .formatted(orderId);
  }
}
