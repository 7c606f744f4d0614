package dev.outrail.testbed.mysql;

import dev.outrail.testbed.cache.UserCache;
import dev.outrail.testbed.process.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shared libraries that mysqld needs from the system and that slim systems lack. What is
 * missing is found out by starting it, so a system that has everything is left alone; what can be
 * had without root is put into the cache.
 */
final class NativeLibraries {
  private static final Duration STARTING = Duration.ofSeconds(30);
  private static final Pattern MISSING =
      Pattern.compile(
          "error while loading shared libraries: (\\S+): cannot open shared object file");
  private static final int MOST_LIBRARIES = 4;

  private final UserCache cache;
  private final MySqlPlatform platform;

  NativeLibraries(UserCache cache, MySqlPlatform platform) {
    this.cache = cache;
    this.platform = platform;
  }

  /**
   * The environment in which the program loads.
   *
   * @throws IllegalStateException when it doesn't; says which package to install on which
   *     distribution
   */
  Map<String, String> environmentFor(Path mysqld) {
    Set<Path> folders = new LinkedHashSet<>();
    for (int found = 0; found <= MOST_LIBRARIES; found++) {
      Map<String, String> environment = environment(folders);
      Commands.Outcome outcome = version(mysqld, environment);
      if (outcome.succeeded()) {
        return environment;
      }
      Matcher missing = MISSING.matcher(outcome.output());
      if (!missing.find()) {
        throw new IllegalStateException(
            "mysqld does not start on this machine: %s%nYou can also %s"
                .formatted(outcome.output().strip(), MySqlPlatform.REMEDY));
      }
      folders.add(provide(missing.group(1)));
    }
    throw new IllegalStateException("mysqld still misses libraries with " + folders);
  }

  private Path provide(String file) {
    NativeLibrary library = NativeLibrary.of(file);
    try {
      return cache.folder("lib-" + file + "-" + distribution(), folder -> fill(library, folder));
    } catch (UncheckedIOException e) {
      throw new IllegalStateException(
          library.howToInstall() + " Or " + MySqlPlatform.REMEDY + ". (" + e.getMessage() + ")", e);
    }
  }

  private static void fill(NativeLibrary library, Path folder) throws IOException {
    if (!library.linkFromSystem(folder)) {
      AptPackages.unpackInto(folder, library);
    }
  }

  private Map<String, String> environment(Set<Path> folders) {
    if (folders.isEmpty()) {
      return Map.of();
    }
    String variable = platform.libraryPathVariable();
    String present = System.getenv().getOrDefault(variable, "");
    List<String> path = new java.util.ArrayList<>(folders.stream().map(Path::toString).toList());
    if (!present.isBlank()) {
      path.add(present);
    }
    return Map.of(variable, String.join(":", path));
  }

  private static Commands.Outcome version(Path mysqld, Map<String, String> environment) {
    try {
      return Commands.run(
          List.of(mysqld.toString(), "--no-defaults", "--version"), environment, STARTING);
    } catch (IOException e) {
      throw new IllegalStateException(
          "mysqld can't be run from %s: %s. If that file system is mounted noexec, choose another place with the"
                  .formatted(mysqld, e.getMessage())
              + " environment variable OUTRAIL_CACHE",
          e);
    }
  }

  /** Keeps libraries of two systems apart that share a home folder. */
  private static String distribution() {
    Path file = Path.of("/etc/os-release");
    if (!Files.isReadable(file)) {
      return "unknown";
    }
    try {
      String text = Files.readString(file);
      return value(text, "ID") + value(text, "VERSION_ID");
    } catch (IOException e) {
      throw new UncheckedIOException("Reading " + file, e);
    }
  }

  private static String value(String osRelease, String key) {
    Matcher matcher =
        Pattern.compile("^" + key + "=\"?([\\w.-]*)\"?$", Pattern.MULTILINE).matcher(osRelease);
    return matcher.find() ? matcher.group(1) : "";
  }
}
