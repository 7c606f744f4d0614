package dev.outrail.bench.contender.table;

import dev.outrail.testbed.process.ExecutableJars;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of a library a module's executable jar has inside: the one that is measured. */
final class LibraryVersion {

  private static final String INSIDE = "BOOT-INF/lib/";

  private LibraryVersion() {}

  /**
   * @param module its folder, from the root on
   * @param artifact without version; empty for none
   */
  static String of(String module, String artifact) {
    if (artifact.isEmpty()) {
      return "this bench's own";
    }
    Path jar = ExecutableJars.find(module);
    Pattern name = Pattern.compile(Pattern.quote(INSIDE + artifact) + "-(\\d.*)\\.jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> name.matcher(entry.getName()))
          .filter(Matcher::matches)
          .map(match -> match.group(1))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("No %s inside %s".formatted(artifact, jar)));
    } catch (IOException e) {
      throw new UncheckedIOException("Looking into " + jar, e);
    }
  }
}
