package dev.outrail.payment.running;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outrail.mall.security.ServiceTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** Answers as order-app does, over real HTTP; can fail, hang and send nonsense. */
public final class OrderAppStub implements AutoCloseable {

  /** The secret that it shares with payment-app. */
  public static final String SECRET = "only-for-tests-service-secret-0123456789";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final JwtDecoder tokens =
      new ServiceTokens(SECRET, Clock.systemUTC()).decoderFor("order-app");
  private final Map<Long, String> orders = new ConcurrentHashMap<>();
  private final AtomicLong nextOrder = new AtomicLong(100);
  private final AtomicInteger asked = new AtomicInteger();
  private final Queue<Failure> failures = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private sealed interface Failure {}

  private record Status(int code) implements Failure {}

  private record Body(String text) implements Failure {}

  private record Silence() implements Failure {}

  private record HalfABody() implements Failure {}

  public OrderAppStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/mall4cloud_order/internal/orders", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/mall4cloud_order");
  }

  /** A new order that can be paid. */
  public long unpaidOrder(long userId, long total) {
    return order(userId, total, "CNY", 1, false);
  }

  public long order(long userId, long total, String currency, int status, boolean payed) {
    long orderId = nextOrder.incrementAndGet();
    orders.put(
        orderId,
        "{\"orderId\":%d,\"userId\":%d,\"total\":%d,\"currency\":\"%s\",\"status\":%d,\"payed\":%s}"
            .formatted(orderId, userId, total, currency, status, payed));
    return orderId;
  }

  public synchronized void answerNextWithStatus(int... codes) {
    Arrays.stream(codes).forEach(code -> failures.add(new Status(code)));
  }

  public synchronized void answerNextWith(String body) {
    failures.add(new Body(body));
  }

  /** The next requests get no answer at all while this runs. */
  public synchronized void stayDumb(int times) {
    for (int i = 0; i < times; i++) {
      failures.add(new Silence());
    }
  }

  /** The next answer ends in its middle, and the connection stays open. */
  public synchronized void stopInTheMiddle() {
    failures.add(new HalfABody());
  }

  public synchronized void recover() {
    failures.clear();
  }

  /** How many requests there were. */
  public int asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.incrementAndGet();
      Failure failure = nextFailure();
      if (failure instanceof Silence) {
        closed.await();
      } else if (failure instanceof HalfABody) {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().write("{\"code\":\"00000\",".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        closed.await();
      } else if (failure instanceof Status status) {
        exchange.sendResponseHeaders(status.code(), -1);
      } else if (failure instanceof Body body) {
        send(exchange, body.text());
      } else if (isService(exchange)) {
        send(exchange, known(exchange));
      } else {
        exchange.sendResponseHeaders(401, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Failure nextFailure() {
    return failures.poll();
  }

  private boolean isService(HttpExchange exchange) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    try {
      return "payment-app".equals(tokens.decode(header.replace("Bearer ", "")).getSubject());
    } catch (JwtException e) {
      return false;
    }
  }

  private String known(HttpExchange exchange) {
    String ids = exchange.getRequestURI().getQuery().replace("ids=", "");
    return Arrays.stream(ids.split(",", -1))
        .map(id -> orders.get(Long.valueOf(id)))
        .filter(order -> order != null)
        .collect(Collectors.joining(",", "{\"code\":\"00000\",\"msg\":\"ok\",\"data\":[", "]}"));
  }

  private static void send(HttpExchange exchange, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
