package dev.outrail.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ManagedProcessSystemTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private ManagedProcess process;

  @AfterEach
  void endProcess() {
    if (process != null) {
      process.close();
    }
  }

  @Test
  void logHoldsStdoutAndStderrOfAllRuns() {
    process = shell("echo to stdout; echo to stderr >&2; exit 3").start();
    assertThat(process.awaitExit(PATIENCE)).isEqualTo(3);

    process.start();
    assertThat(process.awaitExit(PATIENCE)).isEqualTo(3);

    assertThat(process.log().lines())
        .containsExactly("to stdout", "to stderr", "to stdout", "to stderr");
  }

  @Test
  void awaitLogLooksAtTheCurrentRunOnly() throws IOException {
    Path flag = folder.resolve("silent");
    process = shell("test -e " + flag + " || echo ready; exec sleep 60").start();
    process.awaitLog("^ready$", PATIENCE);

    Files.createFile(flag);
    process.restart(PATIENCE);

    assertThatThrownBy(() -> process.awaitLog("^ready$", Duration.ofMillis(300)))
        .hasMessageContaining("gave up after PT0.3S");
  }

  @Test
  @Timeout(120)
  void waitingFailsAtOnceWithTheEndOfTheLogWhenTheProcessDies() {
    process = shell("echo the reason; exit 7").start();

    assertThatThrownBy(() -> process.awaitLog("ready", Duration.ofDays(1)))
        .hasMessageContaining("ended with exit code 7 while waiting for its log to match /ready/")
        .hasMessageContaining("the reason");
  }

  @Test
  void stopLetsTheProcessEndItsOwnWay() {
    process =
        shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done").start();
    process.awaitLog("ready", PATIENCE);

    assertThat(process.stop(PATIENCE)).isEqualTo(5);
    assertThat(process.log()).contains("bye");
  }

  @Test
  void stopReportsAProcessThatDoesNotListen() {
    process = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done").start();
    process.awaitLog("ready", PATIENCE);

    assertThatThrownBy(() -> process.stop(Duration.ofMillis(300)))
        .hasMessageContaining("did not end within");
    assertThat(process.isRunning()).isTrue();
  }

  @Test
  void aPausedProcessDoesNothingUntilItIsResumed() throws IOException {
    Path beats = folder.resolve("beats");
    process = shell("while :; do echo beat >>" + beats + "; sleep 0.02; done").start();
    await().until(() -> Files.exists(beats));

    process.pause();
    await().until(() -> stateOf(process.pid()).equals("T"));
    long size = Files.size(beats);
    await().during(Duration.ofMillis(300)).until(() -> Files.size(beats) == size);

    process.resume();
    await().until(() -> Files.size(beats) > size);
  }

  @Test
  void killAndStopEndAPausedProcess() {
    process = shell("exec sleep 60").start();
    process.pause();
    process.kill();
    assertThat(process.isRunning()).isFalse();

    process.start();
    process.pause();
    assertThat(process.stop(PATIENCE)).isEqualTo(128 + 15);
  }

  @Test
  void ctrlCDoesNotReachIt() throws Exception {
    process = shell("echo ready; exec sleep 60").start();
    process.awaitLog("ready", PATIENCE);

    Commands.run(
        List.of("/bin/sh", "-c", "kill -s INT " + process.pid()), java.util.Map.of(), PATIENCE);

    await().during(Duration.ofMillis(300)).until(process::isRunning);
  }

  @Test
  void aChildJvmRunsWithItsArgumentsEnvironmentAndFolder() {
    process =
        ManagedProcess.mainClass(
                EchoMain.class.getName(), List.of(System.getProperty("java.class.path")))
            .jvmArgs("-Xmx16m", "-Dgreeting=hello")
            .args("one", "two words")
            .environment("ECHO_VARIABLE", "set")
            .folder(folder)
            .start();

    assertThat(process.awaitExit(PATIENCE)).isZero();
    assertThat(process.log().lines())
        .contains("args [one, two words]", "property hello", "variable set", "folder " + folder);
  }

  @Test
  void awaitHttpOkWaitsForAStatusOf2xx() throws IOException {
    var calls = new java.util.concurrent.atomic.AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(calls.incrementAndGet() < 3 ? 503 : 204, -1);
          exchange.close();
        });
    server.start();
    try {
      process = shell("exec sleep 60").start();
      process.awaitHttpOk(
          URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), PATIENCE);
      assertThat(calls).hasValue(3);
    } finally {
      server.stop(0);
    }
  }

  private ManagedProcess shell(String script) {
    return ManagedProcess.command(List.of("/bin/sh", "-c", script))
        .name("script")
        .logFile(folder.resolve("script.log"))
        .build();
  }

  /** The process state letter of Linux. */
  private static String stateOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
  }
}
