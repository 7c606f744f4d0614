package dev.outrail.order;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outrail.mall.security.ServiceTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** Answers as stock-app does, over real HTTP: all is there unless it is told otherwise. */
public final class StockAppStub implements AutoCloseable {

  private static final String LOCKED = "{\"code\":\"00000\",\"msg\":\"ok\",\"data\":null}";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final JwtDecoder tokens;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Queue<Reply> replies = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** A reply that was ordered; silence if the body is null and there is no status. */
  private record Reply(int status, @Nullable String body, Runnable before) {}

  public StockAppStub(String secret) {
    this.tokens = new ServiceTokens(secret, Clock.systemUTC()).decoderFor("stock-app");
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/mall4cloud_stock/internal/locks", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/mall4cloud_stock");
  }

  public synchronized void answerNext(int status, @Nullable String body) {
    replies.add(new Reply(status, body, () -> {}));
  }

  public void answerNextNotStock(String skuIds) {
    answerNext(409, "{\"code\":\"A03010\",\"msg\":\"not enough\",\"data\":[%s]}".formatted(skuIds));
  }

  public void answerNextOrderClosed() {
    answerNext(409, "{\"code\":\"A03003\",\"msg\":\"closed\",\"data\":null}");
  }

  /** The next request is answered as usual, after something has happened. */
  public synchronized void beforeTheNextAnswer(Runnable happens) {
    replies.add(new Reply(200, LOCKED, happens));
  }

  /** The next request gets no answer at all while this runs. */
  public synchronized void stayDumb() {
    replies.add(new Reply(0, null, () -> {}));
  }

  /** Forgets what was asked and what was to be answered. */
  public synchronized void reset() {
    requests.clear();
    replies.clear();
  }

  /** The bodies of all requests. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      if (!"POST".equals(exchange.getRequestMethod()) || !isOrderApp(exchange)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      Reply reply = nextReply();
      reply.before().run();
      if (reply.status() == 0) {
        closed.await();
      } else if (reply.body() == null) {
        exchange.sendResponseHeaders(reply.status(), -1);
      } else {
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Reply nextReply() {
    Reply reply = replies.poll();
    return reply == null ? new Reply(200, LOCKED, () -> {}) : reply;
  }

  private boolean isOrderApp(HttpExchange exchange) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    try {
      return "order-app".equals(tokens.decode(header.replace("Bearer ", "")).getSubject());
    } catch (JwtException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
