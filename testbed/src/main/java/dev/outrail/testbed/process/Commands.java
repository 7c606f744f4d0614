package dev.outrail.testbed.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands that do one thing and end. Thread-safe. */
public final class Commands {

  private Commands() {}

  /**
   * Runs a command to its end, killing it when it takes longer than {@code patience}.
   *
   * @throws IOException when there is no such command, or it took too long
   */
  public static Outcome run(
      List<String> command, Map<String, String> environment, Duration patience) throws IOException {
    Path output = Files.createTempFile("outrail-command-", ".log");
    try {
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.environment().putAll(environment);
      Process process = Watchdog.get().start(builder);
      try {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(
              "%s took longer than %s".formatted(String.join(" ", command), patience));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while running " + String.join(" ", command), e);
      } finally {
        process.destroyForcibly();
        Watchdog.get().forget(process);
      }
      return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** The exit code, and stdout and stderr together. */
  public record Outcome(int exitCode, String output) {

    public boolean succeeded() {
      return exitCode == 0;
    }
  }
}
