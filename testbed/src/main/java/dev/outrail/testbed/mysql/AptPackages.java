package dev.outrail.testbed.mysql;

import dev.outrail.testbed.process.Commands;
import dev.outrail.testbed.process.TempFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Libraries out of Debian packages, without installing them and without being root: apt downloads
 * and checks the package, dpkg-deb unpacks it. Where the system has no package lists (as in
 * container images), lists are fetched into a temp folder.
 */
final class AptPackages {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private AptPackages() {}

  /** Copies the library's file into {@code folder} under the name that mysqld looks for. */
  static void unpackInto(Path folder, NativeLibrary library) throws IOException {
    Path work = TempFolders.create("apt");
    try {
      var problems = new LinkedHashSet<String>();
      if (!download(library, work, List.of(), problems)) {
        List<String> ownLists = ownLists(work);
        run(work, Stream.concat(ownLists.stream(), Stream.of("update")).toList(), problems);
        if (!download(library, work, ownLists, problems)) {
          throw new IOException(
              "apt-get could not download it either: " + String.join("; ", problems));
        }
      }
      Files.copy(find(work, library).toRealPath(), folder.resolve(library.file()));
    } finally {
      TempFolders.delete(work);
    }
  }

  private static List<String> ownLists(Path work) throws IOException {
    Path lists = Files.createDirectories(work.resolve("lists"));
    Path cache = Files.createDirectories(work.resolve("cache"));
    Files.createDirectories(lists.resolve("partial"));
    Files.createDirectories(cache.resolve("archives").resolve("partial"));
    return List.of(
        "-o",
        "Dir::State::Lists=" + lists,
        "-o",
        "Dir::Cache=" + cache,
        "-o",
        "Debug::NoLocking=true");
  }

  private static boolean download(
      NativeLibrary library, Path work, List<String> options, Set<String> problems)
      throws IOException {
    for (String name : library.debianPackages()) {
      var arguments = new ArrayList<>(options);
      arguments.addAll(List.of("download", name));
      if (run(work, arguments, problems) && unpackDebs(work, problems)) {
        return true;
      }
    }
    return false;
  }

  private static boolean unpackDebs(Path work, Set<String> problems) throws IOException {
    try (var debs = Files.newDirectoryStream(work, "*.deb")) {
      for (Path deb : debs) {
        var command = List.of("dpkg-deb", "-x", deb.toString(), work.resolve("root").toString());
        Commands.Outcome outcome = Commands.run(command, Map.of(), PATIENCE);
        if (outcome.succeeded()) {
          return true;
        }
        problems.add(outcome.output().strip());
      }
    }
    return false;
  }

  /** In {@code work}, because {@code download} writes into the working folder. */
  private static boolean run(Path work, List<String> arguments, Set<String> problems)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of("/bin/sh", "-c", "cd \"$0\" && exec apt-get -qq \"$@\"", work.toString()));
    command.addAll(List.of("-o", "APT::Sandbox::User="));
    command.addAll(arguments);
    Commands.Outcome outcome = Commands.run(command, Map.of("LC_ALL", "C"), PATIENCE);
    if (!outcome.succeeded()) {
      problems.add(outcome.output().strip());
    }
    return outcome.succeeded();
  }

  private static Path find(Path work, NativeLibrary library) throws IOException {
    try (Stream<Path> tree = Files.walk(work.resolve("root"))) {
      return tree.filter(
              path ->
                  path.endsWith(library.file())
                      || (!library.renamedFile().isEmpty() && path.endsWith(library.renamedFile())))
          .findFirst()
          .orElseThrow(() -> new IOException("The package has no " + library.file()));
    }
  }
}
