package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A child process that can be started again and again, and that never outlives this JVM: should the
 * JVM be killed, a watchdog kills the process. Its output goes to a file, appended over restarts.
 * Thread-safe; waiting does not block the other methods.
 *
 * <p>Ctrl-C in the terminal does not reach it, so that whoever started it decides the order in
 * which things end.
 */
public final class ManagedProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(25);
  private static final Duration TERMINATION = Duration.ofSeconds(10);

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final @Nullable Path folder;
  private final ProcessLog log;
  private volatile @Nullable Process process;

  ManagedProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      @Nullable Path folder,
      Path logFile) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.folder = folder;
    this.log = new ProcessLog(logFile);
  }

  /** A JVM of the Java that this one runs on, from an executable jar. */
  public static ManagedProcessBuilder jar(Path jar) {
    return ManagedProcessBuilder.java(List.of("-jar", jar.toAbsolutePath().toString()))
        .name(jar.getFileName().toString());
  }

  /** A JVM of the Java that this one runs on; class path entries may end in {@code /*}. */
  public static ManagedProcessBuilder mainClass(String mainClass, List<String> classPath) {
    return ManagedProcessBuilder.java(
            List.of("-cp", String.join(java.io.File.pathSeparator, classPath), mainClass))
        .name(mainClass.substring(mainClass.lastIndexOf('.') + 1));
  }

  /** Any program. */
  public static ManagedProcessBuilder command(List<String> command) {
    return ManagedProcessBuilder.program(command);
  }

  /**
   * Starts the process; returns at once, use one of the {@code await} methods to wait for it.
   *
   * @throws IllegalStateException when it is running already
   */
  public synchronized ManagedProcess start() {
    if (isRunning()) {
      throw new IllegalStateException(name + " is running already, as process " + pid());
    }
    log.beginRun();
    var builder = new ProcessBuilder(Signals.ignoring("INT", command));
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.environment().putAll(environment);
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
      process = Watchdog.get().start(builder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Can't start %s: %s".formatted(name, String.join(" ", command)), e);
    }
    return this;
  }

  /**
   * Asks the process to end (SIGTERM; a paused one is resumed to hear it) and waits for that.
   *
   * @return its exit code; -1 when it had never been started
   * @throws IllegalStateException when it is still there after {@code patience}; it is left running
   *     then
   */
  public synchronized int stop(Duration patience) {
    Process running = process;
    if (running == null) {
      return -1;
    }
    if (running.isAlive()) {
      running.destroy();
      Signals.resumeIfAlive(running);
      if (!awaitExit(running, patience)) {
        throw new IllegalStateException(
            "%s (process %d) did not end within %s of SIGTERM%s"
                .formatted(name, running.pid(), patience, log.tail()));
      }
    }
    Watchdog.get().forget(running);
    return running.exitValue();
  }

  /** Ends the process at once (SIGKILL), paused or not, and waits until it is gone. */
  public synchronized void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    if (!awaitExit(running, TERMINATION)) {
      throw new IllegalStateException(
          "%s (process %d) survived SIGKILL".formatted(name, running.pid()));
    }
    Watchdog.get().forget(running);
  }

  /** Freezes the process (SIGSTOP). */
  public synchronized void pause() {
    Signals.pause(running());
  }

  /** Lets a frozen process go on (SIGCONT). */
  public synchronized void resume() {
    Signals.resume(running());
  }

  /** {@link #stop(Duration)}, then {@link #start()}. */
  public synchronized ManagedProcess restart(Duration patience) {
    stop(patience);
    return start();
  }

  /** Kills the process if it is running; its log stays. */
  @Override
  public void close() {
    kill();
  }

  public boolean isRunning() {
    Process current = process;
    return current != null && current.isAlive();
  }

  /** The id of the current or last process. */
  public long pid() {
    return started().pid();
  }

  /**
   * Waits until the process ends by itself; its exit code, 128 + the signal when a signal ended it.
   */
  public int awaitExit(Duration patience) {
    Process current = started();
    if (!awaitExit(current, patience)) {
      throw new IllegalStateException(
          "%s (process %d) still runs after %s%s"
              .formatted(name, current.pid(), patience, log.tail()));
    }
    return current.exitValue();
  }

  /** Everything that it wrote to stdout and stderr, over all starts. */
  public String log() {
    return log.text();
  }

  public Path logFile() {
    return log.file();
  }

  /**
   * Waits for a match (of a regular expression, anywhere) in what the process wrote since its last
   * start.
   */
  public ManagedProcess awaitLog(String regex, Duration patience) {
    var pattern = Pattern.compile(regex, Pattern.MULTILINE);
    return await(
        "log to match /%s/".formatted(regex), patience, () -> log.currentRunContains(pattern));
  }

  /** Waits until GET answers with a status of 2xx. */
  public ManagedProcess awaitHttpOk(URI uri, Duration patience) {
    return await("%s to answer 2xx".formatted(uri), patience, () -> answersOk(uri));
  }

  /**
   * Waits for a condition that the process is to bring about.
   *
   * @param what completes the sentence "waiting for its …"
   * @throws IllegalStateException with the end of the log, at once when the process dies, or after
   *     {@code patience}
   */
  public ManagedProcess await(String what, Duration patience, BooleanSupplier condition) {
    Process current = started();
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean alive = current.isAlive();
      if (condition.getAsBoolean()) {
        return this;
      }
      if (!alive) {
        throw new IllegalStateException(
            "%s (process %d) ended with exit code %d while waiting for its %s%s"
                .formatted(name, current.pid(), current.exitValue(), what, log.tail()));
      }
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException(
            "%s (process %d): gave up after %s waiting for its %s%s"
                .formatted(name, current.pid(), patience, what, log.tail()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  @Override
  public String toString() {
    Process current = process;
    return current == null ? name : name + " (process " + current.pid() + ")";
  }

  private Process started() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return current;
  }

  private Process running() {
    Process current = started();
    if (!current.isAlive()) {
      throw new IllegalStateException(
          "%s is not running; it ended with exit code %d%s"
              .formatted(name, current.exitValue(), log.tail()));
    }
    return current;
  }

  private static boolean awaitExit(Process process, Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while waiting for process " + process.pid() + " to end", e);
    }
  }

  private static boolean answersOk(URI uri) {
    try {
      var connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(2_000);
      try {
        return connection.getResponseCode() / 100 == 2;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }
}
