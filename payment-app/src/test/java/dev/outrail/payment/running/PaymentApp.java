package dev.outrail.payment.running;

import dev.outrail.payment.PaymentApplication;
import dev.outrail.payment.notice.NoticeSigner;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.network.TcpProxy;
import dev.outrail.testbed.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The application, running on a database of its own, reached over HTTP. Unless told otherwise the
 * sandbox never confirms by itself, nothing is paid back unless a test runs a round of refunds, and
 * no broker is there.
 */
public final class PaymentApp implements AutoCloseable {

  public static final String NOTICE_SECRET = "only-for-tests-notice-secret-0123456789";
  private static final List<String> TABLES =
      List.of(
          "pay_info", "pay_order", "paid_order", "outbox", "processed_message", "sandbox_refund");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final OrderAppStub orderApp;
  private final UserTokens tokens;
  private final String base;
  private final String database;
  private final SingleConnectionDataSource connection;
  private final JdbcClient db;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final ConfigurableApplicationContext context;

  private PaymentApp(
      @Nullable TcpProxy proxy, Map<String, String> more, Class<?>... moreConfiguration) {
    try {
      orderApp = new OrderAppStub();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    tokens = new UserTokens();
    database = "payment_" + UUID.randomUUID().toString().replace('-', '_');
    MySqlServer mysql = Testbed.shared().mysql();
    mysql.createDatabase(database);
    connection =
        new SingleConnectionDataSource(
            mysql.jdbcUrl(database), mysql.rootUser(), mysql.rootPassword(), true);
    db = JdbcClient.create(connection);
    int port = FreePorts.reserve();
    base = "http://localhost:" + port + "/mall4cloud_payment";
    settings.put("server.port", Integer.toString(port));
    settings.put(
        "spring.datasource.url",
        proxy == null
            ? mysql.jdbcUrl(database)
            : mysql.jdbcUrl(database).replace(mysql.host() + ":" + mysql.port(), proxy.address()));
    settings.put("spring.datasource.username", mysql.rootUser());
    settings.put("spring.datasource.password", mysql.rootPassword());
    settings.put("spring.datasource.hikari.maximum-pool-size", "8");
    settings.put("spring.kafka.bootstrap-servers", "localhost:" + FreePorts.reserve());
    settings.put(
        "spring.security.oauth2.resourceserver.jwt.public-key-location",
        tokens.publicKeyLocation());
    settings.put("logging.level.org.apache.kafka", "error");
    settings.put("outrail.payment.provider", "sandbox");
    settings.put("outrail.payment.allowed-return-hosts", "shop.example,localhost");
    settings.put("outrail.payment.notice.secret", NOTICE_SECRET);
    settings.put("outrail.payment.sandbox.notice-url", base + "/notice/pay/order");
    settings.put("outrail.payment.sandbox.confirm-after", "1h");
    settings.put("outrail.payment.refund.interval", "1h");
    settings.put("outrail.payment.order-app.url", orderApp.url().toString());
    settings.put("outrail.security.service-secret", OrderAppStub.SECRET);
    settings.put("outrail.payment.order-app.read-timeout", "3s");
    settings.put("outrail.payment.order-app.retry-delay", "10ms");
    settings.putAll(more);
    context = run(settings, moreConfiguration);
  }

  public static PaymentApp start() {
    return start(Map.of());
  }

  /** With settings that win over the usual ones, and beans beyond the application's. */
  public static PaymentApp start(Map<String, String> settings, Class<?>... moreConfiguration) {
    return new PaymentApp(null, settings, moreConfiguration);
  }

  /** Its database, but not the test's own connection to it, is reached through the proxy. */
  public static PaymentApp startBehind(TcpProxy proxy, Map<String, String> settings) {
    return new PaymentApp(proxy, settings);
  }

  /** Starts it with exactly these settings, for tests of what it refuses to start with. */
  public static ConfigurableApplicationContext run(
      Map<String, String> settings, Class<?>... moreConfiguration) {
    List<Class<?>> sources = new ArrayList<>(List.of(PaymentApplication.class));
    sources.addAll(Arrays.asList(moreConfiguration));
    return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
        .run(
            settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new));
  }

  /** Another instance on the same database; the caller closes it. */
  public ConfigurableApplicationContext anotherInstance(
      Map<String, String> more, Class<?>... moreConfiguration) {
    Map<String, String> its = new LinkedHashMap<>(settings);
    its.put("server.port", "0");
    its.putAll(more);
    return run(its, moreConfiguration);
  }

  public OrderAppStub orderApp() {
    return orderApp;
  }

  public UserTokens tokens() {
    return tokens;
  }

  public JdbcClient db() {
    return db;
  }

  public DataSource newConnections() {
    return Testbed.shared().mysql().dataSource(database);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public String url(String path) {
    return base + path;
  }

  public Answer pay(long userId, long... orderIds) {
    return post(
        "/pay/order",
        "{\"orderIds\":[%s],\"returnUrl\":null}"
            .formatted(
                Arrays.stream(orderIds).mapToObj(Long::toString).collect(Collectors.joining(","))),
        "Authorization",
        "Bearer " + tokens.of(userId));
  }

  public boolean isPay(long userId, String orderIds) {
    Answer answer = get("/pay/isPay/" + orderIds, "Authorization", "Bearer " + tokens.of(userId));
    if (answer.status() != 200 || answer.data() == null) {
      throw new AssertionError(answer.toString());
    }
    return answer.data().asBoolean();
  }

  /** A notice as the provider sends it for this payment, signed now. */
  public Answer confirm(long payId, String... headers) {
    String body = noticeFor(payId);
    List<String> all = new ArrayList<>(Arrays.asList(headers));
    all.add(NoticeSigner.HEADER);
    all.add(sign(body));
    return post("/notice/pay/order", body, all.toArray(String[]::new));
  }

  public String noticeFor(long payId) {
    Long amount =
        db.sql("SELECT pay_amount FROM pay_info WHERE pay_id = :payId")
            .param("payId", payId)
            .query(Long.class)
            .single();
    return notice(payId, "biz-" + payId, amount, "CNY");
  }

  public static String notice(long payId, String bizPayNo, long amount, String currency) {
    return "{\"payId\":%d,\"bizPayNo\":\"%s\",\"amount\":%d,\"currency\":\"%s\",\"status\":\"SUCCESS\"}"
        .formatted(payId, bizPayNo, amount, currency);
  }

  public String sign(String body) {
    return context.getBean(NoticeSigner.class).sign(body.getBytes(StandardCharsets.UTF_8));
  }

  public Answer post(String path, String body, String... headers) {
    boolean json = !Arrays.asList(headers).contains("Content-Type");
    HttpRequest.Builder request = request(path, headers).POST(bodyOf(body));
    if (json) {
      request.header("Content-Type", "application/json");
    }
    return send(request.build());
  }

  public Answer get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  private static HttpRequest.BodyPublisher bodyOf(String body) {
    return HttpRequest.BodyPublishers.ofString(body);
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private Answer send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All rows of all tables, to see that nothing was written. */
  public List<String> everything() {
    List<String> rows = new ArrayList<>();
    for (String table : TABLES) {
      db.sql("SELECT * FROM " + table + " ORDER BY 1, 2").query().listOfRows().stream()
          .map(
              row -> {
                row.computeIfPresent(
                    "payload", (name, bytes) -> new String((byte[]) bytes, StandardCharsets.UTF_8));
                return table + row;
              })
          .forEach(rows::add);
    }
    return rows;
  }

  /** The payloads of the events about a payment. */
  public List<String> eventsOf(long payId) {
    return db.sql("SELECT CONVERT(payload USING utf8mb4) FROM outbox WHERE aggregateid = :payId")
        .param("payId", Long.toString(payId))
        .query(String.class)
        .list();
  }

  public int payStatus(long payId) {
    return db.sql("SELECT pay_status FROM pay_info WHERE pay_id = :payId")
        .param("payId", payId)
        .query(Integer.class)
        .single();
  }

  /** The parts as "order:state:reason", by order. */
  public List<String> parts(long payId) {
    return db.sql(
            """
            SELECT CONCAT(order_id, ':', state, ':', COALESCE(reason, '-'))
              FROM pay_order WHERE pay_id = :payId ORDER BY order_id
            """)
        .param("payId", payId)
        .query(String.class)
        .list();
  }

  /** What the provider paid back for a payment, as "order:amount:requests", by order. */
  public List<String> paidBack(long payId) {
    return db.sql(
            """
            SELECT CONCAT(order_id, ':', amount, ':', requests)
              FROM sandbox_refund WHERE pay_id = :payId ORDER BY order_id, idempotency_key
            """)
        .param("payId", payId)
        .query(String.class)
        .list();
  }

  /** Back-offs and leases of refunds are over at once. */
  public void letTimePassForRefunds() {
    db.sql(
            """
            UPDATE pay_order SET refund_due = CURRENT_TIMESTAMP(6) - INTERVAL 1 SECOND
             WHERE refund_due IS NOT NULL
            """)
        .update();
  }

  public @Nullable Long effectivePaymentOf(long orderId) {
    return db.sql("SELECT pay_id FROM paid_order WHERE order_id = :orderId")
        .param("orderId", orderId)
        .query(Long.class)
        .optional()
        .orElse(null);
  }

  @Override
  public void close() {
    context.close();
    orderApp.close();
    connection.destroy();
    Testbed.shared().mysql().execute("DROP DATABASE " + database);
  }
}
