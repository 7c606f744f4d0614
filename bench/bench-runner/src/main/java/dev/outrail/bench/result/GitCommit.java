package dev.outrail.bench.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which sources a folder holds. */
final class GitCommit {

  private GitCommit() {}

  /**
   * The commit, followed by {@code + changes} if a file that belongs to it was changed; {@value
   * Machine#UNKNOWN} without git or outside a repository.
   */
  static String of(Path folder) {
    Optional<String> commit = git(folder, "rev-parse", "HEAD");
    Optional<String> changes = git(folder, "status", "--porcelain", "--untracked-files=no");
    return commit
        .map(id -> changes.map(String::isEmpty).orElse(true) ? id : id + " + changes")
        .orElse(Machine.UNKNOWN);
  }

  private static Optional<String> git(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException noGit) {
      return Optional.empty();
    }
    try (var out = process.getInputStream()) {
      String answer = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(answer) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what git says", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while git was asked", e);
    }
  }
}
