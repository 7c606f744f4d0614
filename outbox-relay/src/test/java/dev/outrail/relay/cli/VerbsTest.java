package dev.outrail.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.config.KeyStoreFile;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.operate.OperateJson;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.RecordingOperations;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.ops.LagProbe;
import dev.outrail.relay.ops.OpsServer;
import dev.outrail.relay.ops.RelayFacts;
import dev.outrail.relay.ops.RelayMetrics;
import dev.outrail.relay.ops.RelayStatus;
import dev.outrail.relay.problem.TransientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs on the command line against a real HTTP server: words in, words and exit codes out. */
class VerbsTest {

  private static final String TOKEN = "0123456789abcdef";

  @Command(name = "relay")
  private static final class Root implements Runnable {
    @Override
    public void run() {}
  }

  private final RecordingOperations operations = new RecordingOperations();
  private final RelayStatus status = new RelayStatus(InstantSource.system());
  private final RelayFacts facts = new RelayFacts();
  private final LagProbe lag =
      new LagProbe(
          () -> {
            throw new TransientException("no MySQL here", null);
          },
          List.of(),
          true,
          status,
          facts,
          InstantSource.system());
  private final RelayMetrics metrics = new RelayMetrics(status, facts, lag, InstantSource.system());
  private final Map<String, String> environment = new HashMap<>();
  private Path configFile;
  private OpsServer server;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws IOException {
    server =
        OpsServer.start(
            new RelayConfig.Http("127.0.0.1", 0, "127.0.0.1", 0, "", TOKEN, null, null),
            "main",
            status,
            facts,
            lag,
            metrics,
            operations);
    environment.put("OUTRAIL_RELAY_HTTP_TOKEN", TOKEN);
  }

  @AfterEach
  void close() {
    server.close();
    metrics.close();
    lag.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume", "handover"})
  void plainVerbsTellWhatIsTrueNow(String verb) {
    assertThat(relay(verb, "--by", "Zoë", "--reason", "INC-42")).isZero();

    assertThat(out.toString()).contains("Did " + verb + ".");
    assertThat(operations.calls).containsExactly(verb + " Author[by=Zoë, reason=INC-42]");
  }

  @Test
  void statusIsAlignedText() {
    facts.active();
    facts.paused(new RelayFacts.Paused("ada", "upgrade", RecordingOperations.AT));

    assertThat(relay("status")).isZero();

    assertThat(out.toString())
        .contains("relay        main")
        .contains("role         ACTIVE")
        .contains("paused       by ada since 2026-11-24T10:00:00Z upgrade")
        .contains("lag          ")
        .doesNotContain("null");
  }

  @Test
  void jsonIsTheRawAnswer() throws Exception {
    assertThat(relay("position", "show", "--json")).isZero();

    assertThat(OperateJson.MAPPER.readTree(out.toString()).path("transactionsBehind").asInt())
        .isEqualTo(2);
  }

  @Test
  void positionIsShownByDefaultAndMovedOnlyWithExecute() {
    assertThat(relay("position")).isZero();
    assertThat(out.toString()).contains("2 rows published, the last id-2");

    assertThat(relay("position", "set", "--gtids", "a:1-5")).isZero();
    assertThat(out.toString())
        .contains("skipped   0 events in 0 transactions")
        .contains("repeated  at least 3 events in 2 transactions")
        .contains("order-notify: 3, from a to c")
        .contains("not in the server's binlog")
        .contains("Dry run");

    assertThat(relay("position", "set", "--gtids", "a:1-5", "--execute")).isZero();
    assertThat(out.toString()).contains("Moved. Operation " + RecordingOperations.OPERATION);
    assertThat(operations.calls).filteredOn(call -> call.contains("execute=true")).hasSize(1);
  }

  @Test
  void replayPassesEveryCriterionOn() {
    assertThat(
            relay(
                "replay",
                "--id",
                "a",
                "--id",
                "b",
                "--key",
                "k",
                "--type",
                "t",
                "--topic",
                "o",
                "--schema",
                "s",
                "--from",
                "2026-01-31T12:00:00Z",
                "--to",
                "2026-01-31T13:00:00Z"))
        .isZero();
    assertThat(operations.calls.get(0))
        .contains(
            "{ids=[a, b], key=k, type=t, topic=o, schema=s, from=2026-01-31T12:00:00Z, to=2026-01-31T13:00:00Z}")
        .contains("execute=false");
    assertThat(out.toString())
        .contains("3 events, 120 bytes")
        .contains("order-notify payment.succeeded.v1: 3")
        .contains("not there  gone-1")
        .contains("Dry run");

    assertThat(relay("replay", "--key", "k", "--execute")).isZero();
    assertThat(out.toString())
        .contains("Published 3 events again")
        .contains("2 events with a created_at later than now");
    operations.replayEndsAs(ReplayReport.State.RUNNING);
    assertThat(relay("replay", "--key", "k", "--execute")).isZero();
    assertThat(out.toString()).contains("Going on: 3 published so far");
  }

  @Test
  void thePurgeIsReleasedForOneDatabaseOrAll() {
    assertThat(relay("purge")).isZero();
    assertThat(out.toString()).contains("No old rows are held back.");

    assertThat(relay("purge", "release", "--schema", "pay", "--reason", "INC-42")).isZero();
    assertThat(relay("purge", "release")).isZero();
    assertThat(operations.calls)
        .anySatisfy(call -> assertThat(call).startsWith("release purge pay ").contains("INC-42"))
        .anySatisfy(call -> assertThat(call).startsWith("release purge null "));
  }

  @Test
  void quarantineIsListedByDefaultAndTakesSeveralIds() {
    assertThat(relay("quarantine")).isZero();
    assertThat(out.toString()).contains("q-1").contains("illegal name");

    assertThat(relay("quarantine", "retry", "q-1", "q 2")).isZero();
    assertThat(relay("quarantine", "discard", "q-3")).isZero();
    assertThat(operations.calls)
        .anySatisfy(call -> assertThat(call).startsWith("retry q-1 "))
        .anySatisfy(call -> assertThat(call).startsWith("retry q 2 "))
        .anySatisfy(call -> assertThat(call).startsWith("discard q-3 "));
  }

  @Test
  void aRefusalIsExitCode6WithTheRemedy() {
    operations.failWith(OperationRefusedException.standby("http://a:8190"));

    assertThat(relay("pause")).isEqualTo(6);
    assertThat(err.toString()).contains("Refused: ").contains("Remedy: ").contains("http://a:8190");
    assertThat(out.toString()).isEmpty();

    assertThat(relay("pause", "--json")).isEqualTo(6);
    assertThat(out.toString()).contains("\"activeAddress\"");
  }

  @Test
  void aWrongTokenIsExitCode6AndTheStatusNeedsNone() {
    environment.remove("OUTRAIL_RELAY_HTTP_TOKEN");

    assertThat(relay("pause")).isEqualTo(6);
    assertThat(relay("position")).isEqualTo(6);
    assertThat(relay("quarantine")).isEqualTo(6);
    assertThat(relay("status")).isZero();
  }

  @Test
  void nobodyThereIsExitCode7() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }

    assertThat(run("status", "--url", "http://127.0.0.1:" + free)).isEqualTo(7);
    assertThat(err.toString()).contains("No relay answers").contains("--url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "position set",
        "position set --gtids",
        "quarantine retry",
        "replay --key",
        "replay --ever",
        "restart",
        "status --url ftp://x",
        "pause --token-file /nowhere/token"
      })
  void aWrongCommandLineIsExitCode2(String words) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).isNotBlank();
    assertThat(operations.calls).isEmpty();
  }

  @Test
  void addressAndTokenComeFromTheSettingsFile(@TempDir Path folder) throws Exception {
    Path tokenFile = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    configFile =
        Files.writeString(
            folder.resolve("relay.properties"),
            "http.bind=127.0.0.1\nhttp.port=%d\nhttp.token.file=%s\n"
                .formatted(server.port(), tokenFile));
    environment.clear();

    assertThat(run("pause")).as(err.toString()).isZero();

    environment.put("OUTRAIL_RELAY_HTTP_TOKEN", "the environment wins");
    assertThat(run("pause")).isEqualTo(6);
    assertThat(run("pause", "--token-file", tokenFile.toString())).isZero();

    environment.put("OUTRAIL_RELAY_HTTP_PORT", "0");
    assertThat(run("status")).isEqualTo(2);
    assertThat(err.toString()).contains("--url");
  }

  @Test
  void verbsSpeakTlsWithARelayThatTheyKnow(@TempDir Path folder) throws Exception {
    Path keyStore = keyStore(folder, "localhost");
    Path pem = folder.resolve("relay.pem");
    keytool("-exportcert", "-rfc", "-keystore", keyStore, "-storepass", TOKEN, "-file", pem);
    server.close();
    server =
        OpsServer.start(
            new RelayConfig.Http(
                "127.0.0.1", 0, "127.0.0.1", 0, "", TOKEN, null, new KeyStoreFile(keyStore, TOKEN)),
            "main",
            status,
            facts,
            lag,
            metrics,
            operations);
    String url = "https://localhost:" + server.port();

    assertThat(run("pause", "--url", url)).as("a stranger").isEqualTo(7);
    assertThat(err.toString()).contains("--ca");
    assertThat(run("pause", "--url", url, "--ca", pem.toString())).as(err.toString()).isZero();
    assertThat(run("pause", "--url", url, "--ca", "/nowhere.pem")).isEqualTo(2);
    assertThat(run("pause", "--url", url.replace("https", "http"))).isEqualTo(7);

    configFile =
        Files.writeString(
            folder.resolve("relay.properties"),
            "http.bind=localhost\nhttp.port=%d\nhttp.ssl.keystore=%s\nhttp.ssl.keystore.password=%s\n"
                .formatted(server.port(), keyStore, TOKEN));
    assertThat(run("pause")).as("the relay's own settings: " + err).isZero();
    assertThat(operations.calls).hasSize(2);
  }

  private static Path keyStore(Path folder, String host) throws Exception {
    Path file = folder.resolve(host + ".p12");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + host,
        "-ext",
        "SAN=DNS:" + host,
        "-keystore",
        file,
        "-storetype",
        "PKCS12",
        "-storepass",
        TOKEN);
    return file;
  }

  private static void keytool(Object... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (Object word : words) {
      command.add(word.toString());
    }
    assertThat(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isZero();
  }

  @Test
  void everyVerbHasHelp() {
    for (String verb :
        List.of("status", "pause", "resume", "position", "replay", "quarantine", "handover")) {
      assertThat(run(verb, "--help")).isZero();
      assertThat(out.toString()).contains("--url").contains("--json");
    }
    assertThat(run("position", "set", "--help")).isZero();
    assertThat(out.toString()).contains("--gtids").contains("--execute");
  }

  private int relay(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--url", "http://127.0.0.1:" + server.port()));
    return run(all.toArray(String[]::new));
  }

  private int run(String... words) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = new CommandLine(new Root());
    Verbs.addTo(line, () -> configFile, environment);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(words);
  }
}
