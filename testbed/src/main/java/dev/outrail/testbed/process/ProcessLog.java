package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The file that a process writes its output to, over all of its starts. Thread-safe. */
final class ProcessLog {
  private static final int TAIL_LINES = 40;

  private final Path file;
  private volatile long startOfCurrentRun;

  ProcessLog(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /** Called right before a start: what the file holds so far belongs to earlier runs. */
  void beginRun() {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      startOfCurrentRun = Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("Preparing log " + file, e);
    }
  }

  String text() {
    return read(0);
  }

  boolean currentRunContains(Pattern pattern) {
    return pattern.matcher(read(startOfCurrentRun)).find();
  }

  /** The last lines, made for the end of an error message. */
  String tail() {
    List<String> lines = read(startOfCurrentRun).lines().toList();
    if (lines.isEmpty()) {
      return "%n(its log %s is empty)".formatted(file);
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return "%nEnd of its log %s:%n  %s".formatted(file, String.join("%n  ".formatted(), last));
  }

  private String read(long from) {
    if (!Files.exists(file)) {
      return "";
    }
    try (var in = Files.newInputStream(file)) {
      in.skipNBytes(Math.min(from, Files.size(file)));
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading log " + file, e);
    }
  }
}
