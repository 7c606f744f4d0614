package dev.outrail.relay.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outrail.relay.problem.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health, status and metrics over HTTP; reads only. */
public final class OpsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpsServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Answer(int code, String contentType, String body) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final String relayName;

  private OpsServer(HttpServer server, ExecutorService threads, String relayName) {
    this.server = server;
    this.threads = threads;
    this.relayName = relayName;
  }

  /**
   * Starts serving.
   *
   * @throws IOException if the address is taken
   */
  public static OpsServer start(
      String bind, int port, String relayName, RelayStatus status, RelayMetrics metrics)
      throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress(bind, port), 0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            2,
            work -> {
              Thread thread = new Thread(work, "ops-http");
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(threads);
    OpsServer server = new OpsServer(http, threads, relayName);
    server.page("/health/live", exchange -> server.live(status));
    server.page("/health/ready", exchange -> server.ready(status));
    server.page("/health", exchange -> server.ready(status));
    server.page("/status", exchange -> server.status(status));
    server.page(
        "/metrics",
        exchange -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
    http.start();
    log.info(
        "Health, status and metrics on http://{}:{}/ (/health/live, /health/ready, /status, /metrics)",
        bind,
        server.port());
    return server;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private Answer live(RelayStatus status) {
    boolean alive = status.alive();
    ObjectNode body = JSON.createObjectNode();
    body.put("status", alive ? "UP" : "DOWN");
    if (!alive) {
      body.put("reason", "the relay's thread has not moved since " + status.look().lastTurn());
    }
    return json(alive ? 200 : 503, body);
  }

  private Answer ready(RelayStatus status) {
    RelayStatus.Snapshot look = status.look();
    ObjectNode body = JSON.createObjectNode();
    body.put("status", look.ready() && status.alive() ? "UP" : "DOWN");
    body.put("state", look.state().name());
    Problem problem = look.lastProblem();
    if (!look.ready() && problem != null) {
      body.put("reason", problem.what());
      body.put("remedy", problem.remedy());
    }
    return json(look.ready() && status.alive() ? 200 : 503, body);
  }

  private Answer status(RelayStatus status) {
    RelayStatus.Snapshot look = status.look();
    ObjectNode body = JSON.createObjectNode();
    body.put("name", relayName);
    body.put("state", look.state().name());
    body.put("since", look.since().toString());
    body.put("ready", look.ready());
    body.put("connectedToMySql", look.connected());
    body.put("lagSeconds", look.lagSeconds());
    body.put("eventsWaiting", look.waiting());
    body.put("eventsPublished", look.eventsPublished());
    body.put(
        "lastPublishedAt",
        look.lastPublishedAt() == null ? null : look.lastPublishedAt().toString());
    ObjectNode position = body.putObject("position");
    position.put("gtids", look.gtids());
    position.put("partialTransaction", look.partial().isEmpty() ? null : look.partial());
    Problem problem = look.lastProblem();
    if (problem == null) {
      body.putNull("lastError");
    } else {
      body.putObject("lastError")
          .put("at", String.valueOf(look.lastProblemAt()))
          .put("what", problem.what())
          .put("remedy", problem.remedy());
    }
    return json(200, body);
  }

  private static Answer json(int code, ObjectNode body) {
    return new Answer(code, "application/json", body.toPrettyString() + "\n");
  }

  private void page(String path, Function<HttpExchange, Answer> handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            Answer answer = answer(path, exchange, handler);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            boolean head = "HEAD".equals(exchange.getRequestMethod());
            exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
            if (!head) {
              exchange.getResponseBody().write(body);
            }
          }
        });
  }

  private static Answer answer(
      String path, HttpExchange exchange, Function<HttpExchange, Answer> handler) {
    if (!path.equals(exchange.getRequestURI().getPath())) {
      return new Answer(
          404,
          "text/plain",
          "Not found. There are /health/live, /health/ready, /status and /metrics.\n");
    }
    if (!"GET".equals(exchange.getRequestMethod()) && !"HEAD".equals(exchange.getRequestMethod())) {
      return new Answer(405, "text/plain", "Only GET.\n");
    }
    try {
      return handler.apply(exchange);
    } catch (RuntimeException e) {
      log.warn("{} failed", path, e);
      return new Answer(500, "text/plain", "Failed; see the log.\n");
    }
  }
}
