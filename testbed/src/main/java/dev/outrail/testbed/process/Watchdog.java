package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * This JVM's end of the pipe to {@link WatchdogMain}, a tiny process that kills what is left when
 * this JVM goes, however it goes: the kernel closes the pipe even after SIGKILL. One per JVM,
 * started when first needed. Thread-safe.
 *
 * <p>Two ways lead to each child: its pid with start time, told through the pipe, and a variable in
 * its environment (inherited by children of its own), by which it is found even when this JVM dies
 * between starting and telling.
 */
final class Watchdog {
  /** In the environment of all that this JVM starts; the value is this JVM's alone. */
  static final String MARK = "OUTRAIL_TESTBED_MARK";

  private final String mark = UUID.randomUUID().toString();
  private final Process process;
  private final OutputStream pipe;

  private Watchdog() {
    try {
      Path classes = Files.createTempDirectory("outrail-watchdog-");
      unpackMain(classes);
      var command =
          List.of(
              ManagedProcessBuilder.javaExecutable(),
              "-Xmx24m",
              "-Xss256k",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-XX:-UsePerfData",
              "-cp",
              classes.toString(),
              WatchdogMain.class.getName(),
              mark);
      var builder = new ProcessBuilder(Signals.ignoring("INT HUP TERM", command));
      // else the watchdog of a JVM above this one would take it for a leftover
      builder.environment().remove(MARK);
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      builder.directory(classes.toFile());
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      process = builder.start();
      pipe = process.getOutputStream();
      deleteAtEnd(classes);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Can't start the watchdog that ends child processes with this JVM", e);
    }
  }

  static Watchdog get() {
    return Holder.INSTANCE;
  }

  Process start(ProcessBuilder builder) throws IOException {
    builder.environment().put(MARK, mark);
    Process started = builder.start();
    tell(WatchdogMain.WATCH + started.pid() + " " + WatchdogMain.startMillis(started.toHandle()));
    return started;
  }

  void forget(Process ended) {
    tell(WatchdogMain.FORGET + ended.pid());
  }

  void deleteAtEnd(Path folder) {
    tell(WatchdogMain.DELETE + folder.toAbsolutePath());
  }

  void runAtEnd(List<String> command) {
    tell(WatchdogMain.RUN + String.join("\t", command));
  }

  private synchronized void tell(String line) {
    try {
      pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The watchdog (process %d) is gone, so nothing would end child processes with this JVM"
              .formatted(process.pid()),
          e);
    }
  }

  /** The class alone, in a folder: this JVM's class path may be a jar inside a jar. */
  private static void unpackMain(Path classes) throws IOException {
    String resource = WatchdogMain.class.getName().replace('.', '/') + ".class";
    Path file = classes.resolve(resource);
    Files.createDirectories(file.getParent());
    try (InputStream in = WatchdogMain.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is not on the class path");
      }
      Files.copy(in, file);
    }
  }

  private static final class Holder {
    static final Watchdog INSTANCE = new Watchdog();
  }
}
