package dev.outrail.relay.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.Operations;
import dev.outrail.relay.problem.Fatal;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health, status, metrics and the operator's verbs over HTTP. Whoever reaches the port may read;
 * changing anything needs the token. Operations may block for as long as they are bounded to; a few
 * of them at a time leave threads for the health pages.
 */
public final class OpsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpsServer.class);

  private static final int THREADS = 8;
  private static final int OPERATIONS_AT_ONCE = 4;

  /** Whoever sends no complete request within this many seconds is cut off. */
  private static final String SLOWEST_REQUEST = "30";

  /** Who may call, and whether it may take a while. */
  private enum Kind {
    PAGE,
    OPERATION,
    CHANGING_OPERATION
  }

  private record Route(String method, Pattern path, Kind kind, Function<Call, Answer> handler) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final BearerToken token;
  private final List<Route> routes = new ArrayList<>();
  private final Semaphore operating = new Semaphore(OPERATIONS_AT_ONCE);

  private OpsServer(HttpServer server, ExecutorService threads, BearerToken token) {
    this.server = server;
    this.threads = threads;
    this.token = token;
  }

  /**
   * Starts serving.
   *
   * @throws IOException if the address is taken
   */
  public static OpsServer start(
      RelayConfig.Http settings,
      String relayName,
      RelayStatus status,
      RelayFacts facts,
      LagProbe lag,
      RelayMetrics metrics,
      Operations operations)
      throws IOException {
    if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
      System.setProperty("sun.net.httpserver.maxReqTime", SLOWEST_REQUEST);
    }
    HttpServer http = HttpServer.create(new InetSocketAddress(settings.bind(), settings.port()), 0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "ops-http");
              thread.setDaemon(true);
              return thread;
            });
    http.setExecutor(threads);
    OpsServer server = new OpsServer(http, threads, new BearerToken(settings));
    server.pages(new StatusPage(relayName, status, facts, lag), metrics);
    server.operations(new OperatorPages(operations));
    http.createContext("/", server::serve);
    http.start();
    log.info(
        "Health, status and metrics on http://{}:{}/ (/health/live, /health/ready, /status, /metrics); operator's verbs {}",
        settings.bind(),
        server.port(),
        settings.token().isEmpty() && settings.tokenFile() == null
            ? "are off: no http.token"
            : "need the token");
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

  private void pages(StatusPage page, RelayMetrics metrics) {
    route("GET", "/health/live", Kind.PAGE, call -> page.live());
    route("GET", "/health/ready", Kind.PAGE, call -> page.ready());
    route("GET", "/health", Kind.PAGE, call -> page.ready());
    route("GET", "/status", Kind.PAGE, call -> page.status());
    route(
        "GET",
        "/metrics",
        Kind.PAGE,
        call ->
            new Answer(
                200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape(), Map.of()));
  }

  private void operations(OperatorPages pages) {
    route("GET", "/position", Kind.OPERATION, pages::position);
    route("GET", "/quarantine", Kind.OPERATION, pages::quarantine);
    route("POST", "/pause", Kind.CHANGING_OPERATION, pages::pause);
    route("POST", "/resume", Kind.CHANGING_OPERATION, pages::resume);
    route("POST", "/handover", Kind.CHANGING_OPERATION, pages::handover);
    route("POST", "/position", Kind.CHANGING_OPERATION, pages::setPosition);
    route("POST", "/replay", Kind.CHANGING_OPERATION, pages::replay);
    route("POST", "/purge/release", Kind.CHANGING_OPERATION, pages::releasePurge);
    route(
        "POST",
        "/quarantine/([^/]{1,255})/retry",
        Kind.CHANGING_OPERATION,
        pages::retryQuarantined);
    route(
        "POST",
        "/quarantine/([^/]{1,255})/discard",
        Kind.CHANGING_OPERATION,
        pages::discardQuarantined);
  }

  private void route(String method, String path, Kind kind, Function<Call, Answer> handler) {
    routes.add(new Route(method, Pattern.compile(path), kind, handler));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      boolean head = "HEAD".equals(exchange.getRequestMethod());
      exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
    String asked = exchange.getRequestMethod();
    String method = "HEAD".equals(asked) ? "GET" : asked;
    List<Route> there = new ArrayList<>();
    for (Route route : routes) {
      Matcher matcher = route.path().matcher(path);
      if (matcher.matches()) {
        there.add(route);
        if (route.method().equals(method)) {
          return carryOut(route, new Call(exchange, matcher.toMatchResult()), path);
        }
      }
    }
    if (there.isEmpty()) {
      return Answer.error(
          404,
          "NO_SUCH_PAGE",
          "There is no " + path + ".",
          "GET /health/live, /health/ready, /status, /metrics, /position, /quarantine; POST /pause, /resume, /handover,"
              + " /position, /replay, /purge/release, /quarantine/<id>/retry, /quarantine/<id>/discard.");
    }
    String allowed =
        there.stream()
            .map(Route::method)
            .map(known -> known.equals("GET") ? "GET, HEAD" : known)
            .collect(Collectors.joining(", "));
    return Answer.error(
            405,
            "WRONG_METHOD",
            path + " cannot be asked with " + asked + ".",
            "Use " + allowed + ".")
        .with("Allow", allowed);
  }

  private Answer carryOut(Route route, Call call, String path) {
    try {
      if (route.kind() == Kind.PAGE) {
        return route.handler().apply(call);
      }
      if (route.kind() == Kind.CHANGING_OPERATION) {
        token.require(call);
      }
      if (!operating.tryAcquire()) {
        return Answer.error(
                503,
                "BUSY",
                "%d operations are being carried out already.".formatted(OPERATIONS_AT_ONCE),
                "Ask again in a moment.")
            .with("Retry-After", "1");
      }
      try {
        return route.handler().apply(call);
      } finally {
        operating.release();
      }
    } catch (Call.Refused e) {
      return unauthorised(e.answer());
    } catch (OperationRefusedException e) {
      return Answer.refused(e);
    } catch (HaltException e) {
      return Answer.error(409, "WRONG_STATE", e.problem().what(), e.problem().remedy());
    } catch (TransientException e) {
      return Answer.error(
          503,
          "NOT_CONNECTED",
          String.valueOf(e.getMessage()),
          "Ask again once MySQL and Kafka answer.");
    } catch (RuntimeException e) {
      log.warn("{} failed", path, e);
      return Answer.error(500, "UNEXPECTED", "The relay failed to answer.", "See the relay's log.");
    } catch (Error e) {
      throw Fatal.met(e);
    }
  }

  private static Answer unauthorised(Answer answer) {
    return answer.code() == 401
        ? answer.with("WWW-Authenticate", "Bearer realm=\"outbox-relay\"")
        : answer;
  }
}
