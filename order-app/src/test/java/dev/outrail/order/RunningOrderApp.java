package dev.outrail.order;

import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The application on real servers, one for all tests that extend this. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
public abstract class RunningOrderApp {

  protected static final UserTokens USERS = new UserTokens();
  protected static final String SERVICE_SECRET = "a secret that only the tests know of";
  protected static final ConsumedTopic TOPIC =
      new ConsumedTopic(
          Testbed.shared().kafka(), "order-notify", "order-app", "payment.succeeded.v1");
  protected static final ConsumedTopic STOCK_REJECTED =
      new ConsumedTopic(
          Testbed.shared().kafka(), "order-stock-rejected", "order-app", "order.stock-rejected.v1");

  protected static final StockAppStub STOCK_APP = new StockAppStub(SERVICE_SECRET);

  private static final String DATABASE = "order_" + UUID.randomUUID().toString().replace('-', '_');

  protected final OrderTables tables;

  @LocalServerPort private int port;

  @Autowired
  protected RunningOrderApp(JdbcClient jdbc) {
    this.tables = new OrderTables(jdbc);
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
    registry.add("outrail.order.stock-app.url", STOCK_APP::url);
    registry.add("outrail.order.stock-app.read-timeout", () -> "2s");
    registry.add("outrail.order.stock-app.retry-delay", () -> "10ms");
  }

  protected Api api() {
    return new Api("http://localhost:" + port + "/mall4cloud_order");
  }

  /** Waits until the application has acknowledged all that is in the topics. */
  protected static void awaitRead() {
    awaitThat(() -> TOPIC.isRead() && STOCK_REJECTED.isRead());
  }

  protected static void awaitThat(BooleanSupplier condition) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(150))
        .until(condition::getAsBoolean);
  }

  /** A payment in CNY, paid at 2026-11-24T10:00:00.123456Z; parts as {@code {orderId, amount}}. */
  protected static String payment(long payId, long[]... parts) {
    return "{\"payId\":%d,\"userId\":7,\"amount\":%d,\"currency\":\"CNY\",\"paidAt\":\"2026-11-24T10:00:00.123456Z\",\"orders\":[%s]}"
        .formatted(
            payId,
            Stream.of(parts).mapToLong(part -> part[1]).sum(),
            Stream.of(parts)
                .map(part -> "{\"orderId\":%d,\"amount\":%d}".formatted(part[0], part[1]))
                .collect(Collectors.joining(",")));
  }

  protected static long[] part(long orderId, long amount) {
    return new long[] {orderId, amount};
  }
}
