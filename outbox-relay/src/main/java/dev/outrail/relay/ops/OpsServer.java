package dev.outrail.relay.ops;

import com.sun.net.httpserver.HttpExchange;
import dev.outrail.relay.config.KeyStoreFile;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.Operations;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health, status and metrics on one HTTP port, and these together with the operator's verbs on
 * another. Whoever reaches a port may read the former; all else needs the token. Nothing that is
 * done at the verbs' port, by operators or by strangers, holds up the health port.
 */
public final class OpsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpsServer.class);

  private static final int AT_ONCE = 4;

  /** How long a client may take over its request and its answer. */
  record Patience(Duration health, Duration verbs) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  private final BearerToken token;
  private final Semaphore reading = new Semaphore(AT_ONCE);
  private final Semaphore changing = new Semaphore(AT_ONCE);
  private final HttpPort health;
  private final HttpPort verbs;

  private OpsServer(RelayConfig.Http settings, Routes pages, Routes all, Patience patience)
      throws IOException {
    this.token = new BearerToken(settings);
    health =
        open(
            "http.health",
            settings.healthBind(),
            settings.healthPort(),
            patience.health(),
            null,
            exchange -> pages.answer(exchange, (route, call) -> route.pages().apply(call)));
    try {
      verbs =
          open(
              "http",
              settings.bind(),
              settings.port(),
              patience.verbs(),
              tls(settings.keyStore()),
              exchange -> all.answer(exchange, this::carryOut));
    } catch (IOException e) {
      health.close();
      throw e;
    }
  }

  /**
   * Starts serving.
   *
   * @throws IOException if an address is taken; the message names it and its settings
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
    StatusPage page = new StatusPage(relayName, status, facts, lag);
    return start(settings, page, metrics, operations, Patience.USUAL);
  }

  static OpsServer start(
      RelayConfig.Http settings,
      StatusPage page,
      RelayMetrics metrics,
      Operations operations,
      Patience patience)
      throws IOException {
    Routes all = pages(page, metrics);
    addOperations(all, new OperatorPages(operations));
    OpsServer server = new OpsServer(settings, pages(page, metrics), all, patience);
    server.health.start();
    server.verbs.start();
    log.info(
        "Health, status and metrics on http://{}:{}/ (/health/live, /health/ready, /status, /metrics)",
        settings.healthBind(),
        server.healthPort());
    log.info(
        "Operator's verbs on {}://{}:{}/ {}",
        settings.scheme(),
        settings.bind(),
        server.port(),
        settings.token().isEmpty() && settings.tokenFile() == null
            ? "are off: no http.token"
            : "need the token");
    return server;
  }

  /** The verbs'. */
  public int port() {
    return verbs.number();
  }

  int healthPort() {
    return health.number();
  }

  @Override
  public void close() {
    verbs.close();
    health.close();
  }

  private static HttpPort open(
      String keys,
      String bind,
      int port,
      Duration patience,
      @Nullable SSLContext tls,
      Function<HttpExchange, Answer> answers)
      throws IOException {
    try {
      return HttpPort.open(
          keys.equals("http") ? "ops-http" : "health-http",
          new InetSocketAddress(bind, port),
          patience,
          tls,
          answers);
    } catch (IOException e) {
      throw new IOException(
          "The HTTP address %s:%d cannot be used (%s). Remedy: set %4$s.port or %4$s.bind."
              .formatted(bind, port, e.getMessage(), keys),
          e);
    }
  }

  private static @Nullable SSLContext tls(@Nullable KeyStoreFile keyStore) throws IOException {
    try {
      return keyStore == null ? null : keyStore.context();
    } catch (GeneralSecurityException e) {
      throw new IOException("http.ssl.keystore: %s (%s)".formatted(keyStore, e), e);
    }
  }

  private static Routes pages(StatusPage page, RelayMetrics metrics) {
    return new Routes()
        .add("GET", "/health/live", Routes.Kind.PAGE, call -> page.live())
        .add("GET", "/health/ready", Routes.Kind.PAGE, call -> page.ready())
        .add("GET", "/health", Routes.Kind.PAGE, call -> page.ready())
        .add("GET", "/status", Routes.Kind.PAGE, call -> page.status())
        .add(
            "GET",
            "/metrics",
            Routes.Kind.PAGE,
            call ->
                new Answer(
                    200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape(), Map.of()));
  }

  private static void addOperations(Routes routes, OperatorPages pages) {
    routes
        .add("GET", "/position", Routes.Kind.READING, pages::position)
        .add("GET", "/quarantine", Routes.Kind.READING, pages::quarantine)
        .add("POST", "/pause", Routes.Kind.CHANGING, pages::pause)
        .add("POST", "/resume", Routes.Kind.CHANGING, pages::resume)
        .add("POST", "/handover", Routes.Kind.CHANGING, pages::handover)
        .add("POST", "/position", Routes.Kind.CHANGING, pages::setPosition)
        .add("POST", "/replay", Routes.Kind.CHANGING, pages::replay)
        .add("POST", "/purge/release", Routes.Kind.CHANGING, pages::releasePurge)
        .add(
            "POST",
            "/quarantine/" + Routes.ID + "/retry",
            Routes.Kind.CHANGING,
            pages::retryQuarantined)
        .add(
            "POST",
            "/quarantine/" + Routes.ID + "/discard",
            Routes.Kind.CHANGING,
            pages::discardQuarantined);
  }

  private Answer carryOut(Routes.Route route, Call call) {
    try {
      return switch (route.kind()) {
        case PAGE -> route.pages().apply(call);
        case READING -> oneOfFew(reading, route, call);
        case CHANGING -> oneOfFew(changing, route, call);
      };
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
      log.warn("{} failed", route.shown(), e);
      return Answer.error(500, "UNEXPECTED", "The relay failed to answer.", "See the relay's log.");
    }
  }

  /** Whoever reads does not take the place of one who wants to pause the relay. */
  private Answer oneOfFew(Semaphore places, Routes.Route route, Call call) {
    token.require(call);
    call.receive();
    if (!places.tryAcquire()) {
      return Answer.error(
              503,
              "BUSY",
              "%d such calls are being carried out already.".formatted(AT_ONCE),
              "Ask again in a moment.")
          .with("Retry-After", "1");
    }
    try {
      return verbs.whileWeWork(() -> route.pages().apply(call));
    } finally {
      places.release();
    }
  }

  private static Answer unauthorised(Answer answer) {
    return answer.code() == 401
        ? answer.with("WWW-Authenticate", "Bearer realm=\"outbox-relay\"")
        : answer;
  }
}
