package dev.outrail.relay.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.operate.Author;
import dev.outrail.relay.operate.OperateJson;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.RecordingOperations;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The operator's interface as HTTP: who may, what is understood, how refusals are told. */
class OpsServerTest {

  private static final String TOKEN = "0123456789abcdef";

  private final RecordingOperations operations = new RecordingOperations();
  private final RelayStatus status = new RelayStatus(InstantSource.system());
  private final RelayFacts facts = new RelayFacts();
  private final CountDownLatch pauses = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private LagProbe lag;
  private RelayMetrics metrics;
  private OpsServer server;

  @AfterEach
  void close() {
    pauses.countDown();
    server.close();
    metrics.close();
    lag.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume", "handover"})
  void plainVerbsNeedNoBodyAndTakeAReason(String verb) throws Exception {
    start(TOKEN, null);

    HttpResponse<String> bare = post("/" + verb, "");
    HttpResponse<String> reasoned =
        send(authorised("/" + verb, "{\"reason\":\"upgrade\"}").header("X-Operator", "ada"));

    assertThat(bare.statusCode()).isEqualTo(200);
    assertThat(json(bare).path("operationId").asText())
        .isEqualTo(RecordingOperations.OPERATION.toString());
    assertThat(reasoned.statusCode()).isEqualTo(200);
    assertThat(operations.calls)
        .containsExactly(
            verb + " " + new Author("unknown", ""), verb + " " + new Author("ada", "upgrade"));
  }

  @Test
  void whoAsksMayHaveANameOutsideAscii() throws Exception {
    start(TOKEN, null);

    send(authorised("/pause", "").header("X-Operator", "Zo%C3%AB + 100%"));
    send(authorised("/pause", "").header("X-Operator", "Zo%C3%AB+co"));

    assertThat(operations.calls.get(0)).contains("by=Zo%C3%AB + 100%");
    assertThat(operations.calls.get(1)).contains("by=Zoë+co");
  }

  @Test
  void positionIsAskedAndSetWithADryRunByDefault() throws Exception {
    start(TOKEN, null);

    assertThat(json(read("/position")).path("partial").path("rows").asInt()).isEqualTo(2);
    JsonNode dry = json(post("/position", "{\"gtids\":\"a:1-5\"}"));
    JsonNode real = json(post("/position", "{\"gtids\":\"a:1-5\",\"execute\":true}"));

    assertThat(dry.path("executed").asBoolean()).isFalse();
    assertThat(dry.path("operationId").isNull()).isTrue();
    assertThat(dry.path("repeated").path("events").path("certainty").asText())
        .isEqualTo("AT_LEAST");
    assertThat(real.path("executed").asBoolean()).isTrue();
    assertThat(operations.calls)
        .anySatisfy(call -> assertThat(call).contains("a:1-5 execute=false"))
        .anySatisfy(call -> assertThat(call).contains("a:1-5 execute=true"));
  }

  @Test
  void replayTakesEveryCriterionAndIsADryRunByDefault() throws Exception {
    start(TOKEN, null);

    HttpResponse<String> dry =
        post(
            "/replay",
            """
            {"ids":["a","b"],"key":"k","type":"t","topic":"o","schema":"s",
             "from":"2026-01-31T12:00:00Z","to":"2026-01-31T14:00:00+01:00"}
            """);
    operations.replayEndsAs(ReplayReport.State.RUNNING);
    HttpResponse<String> running = post("/replay", "{\"key\":\"k\",\"execute\":true}");

    assertThat(dry.statusCode()).isEqualTo(200);
    assertThat(operations.calls.get(0))
        .contains(
            "{ids=[a, b], key=k, type=t, topic=o, schema=s, from=2026-01-31T12:00:00Z, to=2026-01-31T13:00:00Z}")
        .contains("execute=false");
    assertThat(running.statusCode()).as("it goes on").isEqualTo(202);
    assertThat(json(running).path("state").asText()).isEqualTo("RUNNING");
  }

  @Test
  void aDateAloneIsThatDaysBeginInUtc() throws Exception {
    start(TOKEN, null);

    assertThat(post("/replay", "{\"from\":\"2026-11-29\",\"to\":\"2026-11-30\"}").statusCode())
        .isEqualTo(200);

    assertThat(operations.calls)
        .anySatisfy(
            call ->
                assertThat(call).contains("from=2026-11-29T00:00:00Z, to=2026-11-30T00:00:00Z"));
  }

  @Test
  void quarantineIsListedRetriedAndDiscarded() throws Exception {
    start(TOKEN, null);

    assertThat(json(read("/quarantine")).path("events").path(0).path("id").asText())
        .isEqualTo("q-1");
    assertThat(post("/quarantine/q-1/retry", "").statusCode()).isEqualTo(200);
    assertThat(post("/quarantine/q%2F2/discard", "").statusCode()).isEqualTo(404);
    assertThat(post("/quarantine/q%202/discard", "{}").statusCode()).isEqualTo(200);
    assertThat(operations.calls)
        .anySatisfy(call -> assertThat(call).startsWith("retry q-1 "))
        .anySatisfy(call -> assertThat(call).startsWith("discard q 2 "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/pause",
        "/resume",
        "/handover",
        "/position",
        "/replay",
        "/purge/release",
        "/quarantine/a/retry",
        "/quarantine/a/discard"
      })
  void everyVerbNeedsTheToken(String path) throws Exception {
    start(TOKEN, null);

    HttpResponse<String> reading = get(path);
    HttpResponse<String> missing = send(request(path, "{}"));
    HttpResponse<String> wrong =
        send(request(path, "{}").header("Authorization", "Bearer 0123456789abcdeX"));
    HttpResponse<String> scheme =
        send(request(path, "{}").header("Authorization", "Basic " + TOKEN));

    assertThat(reading.statusCode()).isIn(401, 404, 405);
    assertThat(List.of(missing.statusCode(), wrong.statusCode(), scheme.statusCode()))
        .containsOnly(401);
    assertThat(wrong.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(operations.calls).isEmpty();
  }

  @Test
  void withoutATokenVerbsAreOffAndSayWhichSettingTurnsThemOn() throws Exception {
    start("", null);

    HttpResponse<String> refused = post("/pause", "");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).path("error").path("remedy").asText())
        .contains("http.token")
        .contains("http.token.file");
    assertThat(read("/quarantine").statusCode()).isEqualTo(403);
    assertThat(get("/status").statusCode()).isEqualTo(200);
    assertThat(operations.calls).isEmpty();
  }

  @Test
  void aTokenFileIsReadForEachCall(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    start("", file);
    assertThat(post("/pause", "").statusCode()).isEqualTo(200);

    Files.writeString(file, "another-token-of-20-");
    assertThat(post("/pause", "").statusCode()).isEqualTo(401);
    Files.writeString(file, "short");
    assertThat(post("/pause", "").statusCode()).isEqualTo(503);
    Files.delete(file);
    assertThat(post("/pause", "").statusCode()).isEqualTo(503);
    Files.writeString(file, TOKEN);
    assertThat(post("/pause", "").statusCode()).isEqualTo(200);
  }

  @Test
  void theTokenIsNeverLogged() throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(lines);
    Logger own = (Logger) LoggerFactory.getLogger(OpsServer.class);
    Level level = own.getLevel();
    own.setLevel(Level.TRACE);
    try {
      start(TOKEN, null);
      operations.failWith(new IllegalStateException("boom"));
      post("/pause", "");
      send(request("/pause", "").header("Authorization", "Bearer " + TOKEN + "x"));
    } finally {
      root.detachAppender(lines);
      own.setLevel(level);
    }

    assertThat(lines.list).isNotEmpty();
    assertThat(lines.list)
        .allSatisfy(line -> assertThat(line.getFormattedMessage()).doesNotContain(TOKEN));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "/pause|{\"why\":\"x\"}|400|'why'",
        "/pause|{\"reason\":5}|400|'reason'",
        "/pause|{\"reason\":\"a\\nb\"}|400|'reason'",
        "/pause|[]|400|JSON object",
        "/pause|{\"reason\":|400|no valid JSON",
        "/pause|{} {}|400|no valid JSON",
        "/pause|{\"reason\":\"a\",\"reason\":\"b\"}|400|no valid JSON",
        "/pause?force=true|{}|400|'force'",
        "/position|{}|400|'gtids'",
        "/position|{\"gtids\":\" \"}|400|'gtids'",
        "/position|{\"gtids\":\"a:1\",\"execute\":\"yes\"}|400|'execute'",
        "/replay|{}|400|Nothing is selected",
        "/replay|{\"ids\":\"a\"}|400|'ids'",
        "/replay|{\"ids\":[1]}|400|'ids'",
        "/replay|{\"from\":\"yesterday\"}|400|'from'",
        "/replay|{\"from\":\"2026-02-30\"}|400|'from'",
        "/replay|{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}|400|not before",
        "/replay|{\"key\":\"\"}|400|key",
        "/replay|{\"id\":[\"a\"]}|400|'id'",
        "/quarantine/a/forget|{}|404|There is no",
        "/nothing|{}|404|There is no"
      })
  void whatIsNotUnderstoodIsRefusedByName(String path, String body, int code, String says)
      throws Exception {
    start(TOKEN, null);

    HttpResponse<String> refused = post(path, body);

    assertThat(refused.statusCode()).isEqualTo(code);
    assertThat(json(refused).path("error").path("what").asText()).contains(says);
    assertThat(json(refused).path("error").path("remedy").asText()).isNotBlank();
    assertThat(operations.calls).isEmpty();
  }

  @Test
  void anotherMediaTypeATooLargeBodyAndAWrongMethodAreRefused() throws Exception {
    start(TOKEN, null);

    HttpResponse<String> form =
        send(
            HttpRequest.newBuilder(uri("/pause"))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("reason=x")));
    HttpResponse<String> wrongMethod =
        send(HttpRequest.newBuilder(uri("/pause")).method("GET", none()));
    HttpResponse<String> other =
        send(HttpRequest.newBuilder(uri("/position")).method("DELETE", none()));
    HttpResponse<String> posted = post("/status", "{}");

    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("POST");
    assertThat(other.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(largeBody()).contains(" 413 ");
    assertThat(operations.calls).isEmpty();
  }

  @Test
  void refusalsBecomeTheirHttpCodes() throws Exception {
    start(TOKEN, null);

    assertThat(refusal(OperationRefusedException.invalid("w", "r"))).isEqualTo(400);
    assertThat(refusal(OperationRefusedException.unknownId("w", "r"))).isEqualTo(404);
    assertThat(refusal(OperationRefusedException.wrongState("w", "r"))).isEqualTo(409);
    assertThat(refusal(OperationRefusedException.notConnected("w", "r"))).isEqualTo(503);
    assertThat(refusal(OperationRefusedException.noAnswer("w", "r"))).isEqualTo(504);
    assertThat(refusal(new TransientException("broker gone", null))).isEqualTo(503);
    assertThat(refusal(new IllegalStateException("secret detail"))).isEqualTo(500);
    assertThat(post("/pause", "").body()).doesNotContain("secret detail");

    operations.failWith(OperationRefusedException.standby("http://a:8190"));
    HttpResponse<String> standby = post("/pause", "");
    assertThat(standby.statusCode()).isEqualTo(409);
    assertThat(json(standby).path("error").path("activeAddress").asText())
        .isEqualTo("http://a:8190");
  }

  @Test
  void statusTellsEverythingThatIsKnownAndNullForTheRest() throws Exception {
    start(TOKEN, null);
    status.halted(new Problem("too large", "raise the limit"));
    facts.active();
    facts.paused(new RelayFacts.Paused("ada", "upgrade", RecordingOperations.AT));
    facts.quarantined(2);
    facts.standbys(2);
    facts.replay(new RelayFacts.ReplayProgress("op", 5, 10));
    facts.rowsKept(Duration.ofDays(7));
    facts.heldBack(new RelayFacts.HeldBack("pay.outbox", 5, RecordingOperations.AT));
    facts.heldBack(new RelayFacts.HeldBack("ord.outbox", 0, null));
    status.published(3, "a:1-3", "a:4, 1 rows");

    JsonNode json = json(get("/status"));

    assertThat(json.path("replayHorizon").path("outboxSeconds").asInt()).isEqualTo(604_800);
    assertThat(json.path("replayHorizon").path("known").asBoolean()).as("no MySQL here").isFalse();

    assertThat(json.path("state").asText()).isEqualTo("HALTED");
    assertThat(json.path("role").asText()).isEqualTo("ACTIVE");
    assertThat(json.path("paused").path("since").asText()).isEqualTo("2026-11-24T10:00:00Z");
    assertThat(json.path("quarantined").asInt()).isEqualTo(2);
    assertThat(json.path("takeovers").asInt()).isEqualTo(1);
    assertThat(json.path("standbys").asInt()).isEqualTo(2);
    assertThat(json.path("purge").path("heldBack").toString())
        .isEqualTo(
            "[{\"table\":\"pay.outbox\",\"rows\":5,\"coveredSince\":\"2026-11-24T10:00:00Z\"}]");
    assertThat(json.path("replay").path("selected").asInt()).isEqualTo(10);
    assertThat(json.path("position").path("partialTransaction").asText()).isEqualTo("a:4, 1 rows");
    assertThat(json.path("lag").path("transactions").isNull()).as("no MySQL here").isTrue();
    assertThat(json.path("lastError").path("remedy").asText()).isEqualTo("raise the limit");
    assertThat(json.path("throughput").path("eventsPerSecond60s").isNumber()).isTrue();
  }

  @Test
  void metricsHaveStableNamesWithHelp() throws Exception {
    start(TOKEN, null);
    facts.active();
    facts.quarantined(2);

    String scraped = get("/metrics").body();

    assertThat(
            List.of(
                "events_published_total",
                "lag_seconds",
                "lag_events",
                "lag_transactions",
                "queue_events",
                "ready",
                "state",
                "role",
                "paused",
                "quarantined_events",
                "standbys",
                "purge_held_back_rows",
                "takeovers_total",
                "retries_total",
                "run_events",
                "commit_seconds",
                "lateness_seconds"))
        .allSatisfy(name -> assertThat(scraped).contains("# HELP outrail_relay_" + name + " "));
    assertThat(scraped)
        .contains("outrail_relay_role{role=\"ACTIVE\"} 1.0")
        .contains("outrail_relay_quarantined_events 2.0")
        .contains("outrail_relay_lag_transactions NaN");
  }

  @Test
  void operationsThatBlockLeaveTheHealthPagesAlone() throws Exception {
    start(TOKEN, null);
    operations.blockPausesOn(pauses);
    List<CompletableFuture<HttpResponse<String>>> blocked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      blocked.add(
          client.sendAsync(authorised("/pause", "").build(), HttpResponse.BodyHandlers.ofString()));
    }
    await().until(() -> operations.calls.size() == 4);

    HttpResponse<String> fifth = post("/pause", "");

    assertThat(fifth.statusCode()).isEqualTo(503);
    assertThat(fifth.headers().firstValue("Retry-After")).isPresent();
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/status").statusCode()).isEqualTo(200);
    pauses.countDown();
    assertThat(blocked).allSatisfy(call -> assertThat(call.join().statusCode()).isEqualTo(200));
    assertThat(post("/resume", "").statusCode()).isEqualTo(200);
  }

  @Test
  void readingIsWorkedOutOnceASecondHoweverManyAskAndAnewBehindAChange() throws Exception {
    start(TOKEN, null);

    for (int i = 0; i < 20; i++) {
      assertThat(read("/position").statusCode()).isEqualTo(200);
    }
    assertThat(operations.calls).hasSizeBetween(1, 10);
    post("/pause", "");
    read("/position");

    int pause = operations.calls.indexOf("pause " + new Author("unknown", ""));
    assertThat(operations.calls.subList(pause + 1, operations.calls.size()))
        .containsExactly("position");
  }

  @Test
  void aPausedRelayIsReadyAsAskedButSaysThatItDoesNotPublish() throws Exception {
    start(TOKEN, null);
    status.state(State.PAUSED, "by ada");

    assertThat(health("/health/ready").statusCode()).isEqualTo(200);
    assertThat(json(health("/health/ready")).path("state").asText()).isEqualTo("PAUSED");
    assertThat(json(health("/status")).path("ready").asBoolean()).isFalse();

    status.halted(new Problem("too large", "raise the limit"));
    assertThat(health("/health/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void theHealthPortHasNoVerbs() throws Exception {
    start(TOKEN, null);

    assertThat(health("/health/live").statusCode()).isEqualTo(200);
    assertThat(health("/status").statusCode()).isEqualTo(200);
    assertThat(health("/metrics").statusCode()).isEqualTo(200);
    assertThat(health("/quarantine").statusCode()).isEqualTo(404);
    assertThat(send(authorised("/pause", "").uri(healthUri("/pause"))).statusCode()).isEqualTo(404);
    assertThat(operations.calls).isEmpty();
  }

  @Test
  void halfOpenRequestsKeepNobodyWaiting() throws Exception {
    start(TOKEN, null);
    List<Socket> halfOpen = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        halfOpen.add(halfOpen(server.port()));
        halfOpen.add(halfOpen(server.healthPort()));
      }

      long begun = System.nanoTime();
      int live = health("/health/live").statusCode();
      int pause = post("/pause", "").statusCode();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);

      assertThat(List.of(live, pause)).containsOnly(200);
      assertThat(took).isLessThan(Duration.ofSeconds(1));
    } finally {
      for (Socket socket : halfOpen) {
        socket.close();
      }
    }
  }

  @Test
  void whoSendsOrReadsTooSlowlyIsCutOff() throws Exception {
    Duration patience = Duration.ofMillis(300);
    start(TOKEN, null, new OpsServer.Patience(patience, patience));
    operations.quarantineHolds(20_000);
    try (Socket silent = halfOpen(server.healthPort());
        Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(1_024);
      deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      deaf.getOutputStream()
          .write(
              "GET /quarantine HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(TOKEN)
                  .getBytes(StandardCharsets.US_ASCII));

      silent.setSoTimeout(10_000);
      assertThat(silent.getInputStream().read()).as("closed without an answer").isNegative();
      await().untilAsserted(() -> assertThat(operations.calls).contains("quarantined"));
      await().until(() -> threads("ops-http").isEmpty() || waiting("ops-http"));
      assertThat(read("/quarantine").body().length()).isGreaterThan(bytesUntilTheEnd(deaf));
    }
  }

  @Test
  void operationsAreNotCutOffHoweverLongTheyTake() throws Exception {
    Duration patience = Duration.ofMillis(100);
    start(TOKEN, null, new OpsServer.Patience(patience, patience));
    operations.blockPausesOn(pauses);

    CompletableFuture<HttpResponse<String>> slow =
        client.sendAsync(authorised("/pause", "").build(), HttpResponse.BodyHandlers.ofString());
    await()
        .pollDelay(Duration.ofMillis(400))
        .until(() -> operations.calls.size() == 1 && !slow.isDone());
    pauses.countDown();

    assertThat(slow.join().statusCode()).isEqualTo(200);
  }

  @Test
  void connectionsAreBoundedAndThoseOfTheVerbsDoNotCountForTheHealthPort() throws Exception {
    start(TOKEN, null);
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < HttpPort.CONNECTIONS; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      Socket tooMany = new Socket(InetAddress.getLoopbackAddress(), server.port());
      idle.add(tooMany);
      tooMany.setSoTimeout(10_000);

      assertThat(tooMany.getInputStream().read()).isNegative();
      assertThat(health("/health/live").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void whoHasItsAnswerCountsAsNoConnectionAnyMore() throws Exception {
    start(TOKEN, null);
    List<HttpClient> clients = new ArrayList<>();

    for (int i = 0; i < HttpPort.CONNECTIONS + 5; i++) {
      HttpClient another = HttpClient.newHttpClient(); // each would keep its connection
      clients.add(another);
      assertThat(
              another
                  .send(
                      HttpRequest.newBuilder(uri("/health/live")).build(),
                      HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
    }

    assertThat(clients).hasSizeGreaterThan(HttpPort.CONNECTIONS);
  }

  @Test
  void headIsAnsweredLikeGetWithoutABody() throws Exception {
    start(TOKEN, null);

    HttpResponse<String> head =
        send(HttpRequest.newBuilder(uri("/health/live")).method("HEAD", none()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(get("/health/live").body()).contains("UP");
  }

  private int refusal(RuntimeException failure) throws Exception {
    operations.failWith(failure);
    return post("/pause", "").statusCode();
  }

  private static Socket halfOpen(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write("GET /health/live HTT".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static List<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .toList();
  }

  /** Whether none of these threads serves anybody. */
  private static boolean waiting(String name) {
    return threads(name).stream()
        .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  private static int bytesUntilTheEnd(Socket socket) throws IOException {
    int bytes = 0;
    try {
      for (int read; (read = socket.getInputStream().read(new byte[65_536])) >= 0; ) {
        bytes += read;
      }
    } catch (SocketException e) {
      // reset by the server: the end, too
    }
    return bytes;
  }

  private void start(String token, Path tokenFile) throws IOException {
    start(token, tokenFile, OpsServer.Patience.USUAL);
  }

  private void start(String token, Path tokenFile, OpsServer.Patience patience) throws IOException {
    lag =
        new LagProbe(
            () -> {
              throw new TransientException("no MySQL here", null);
            },
            List.of(),
            true,
            status,
            facts,
            InstantSource.system());
    metrics = new RelayMetrics(status, facts, lag, InstantSource.system());
    server =
        OpsServer.start(
            new RelayConfig.Http("127.0.0.1", 0, "127.0.0.1", 0, "", token, tokenFile, null),
            new StatusPage("main", status, facts, lag),
            metrics,
            operations,
            patience);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  /** With the token. */
  private HttpResponse<String> read(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + TOKEN));
  }

  private HttpResponse<String> health(String path) throws Exception {
    return send(HttpRequest.newBuilder(healthUri(path)).timeout(Duration.ofSeconds(5)));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(authorised(path, body));
  }

  private HttpRequest.Builder authorised(String path, String body) {
    return request(path, body).header("Authorization", "Bearer " + TOKEN);
  }

  private HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(Duration.ofSeconds(20))
        .header("Content-Type", "application/json; charset=utf-8")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** By hand: the server may answer and close before the client has sent everything. */
  private String largeBody() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      int size = Call.MAX_BODY + 1;
      socket
          .getOutputStream()
          .write(
              "POST /pause HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(TOKEN, size)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(new byte[size]);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      for (int read; (read = socket.getInputStream().read()) >= 0 && read != '\n'; ) {
        answer.write(read);
      }
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private URI healthUri(String path) {
    return URI.create("http://127.0.0.1:" + server.healthPort() + path);
  }

  private static HttpRequest.BodyPublisher none() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return OperateJson.MAPPER.readTree(response.body());
  }
}
