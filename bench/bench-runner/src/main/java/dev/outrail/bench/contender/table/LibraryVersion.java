package dev.outrail.bench.contender.table;

import dev.outrail.testbed.process.ExecutableJars;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of a library a module's executable jar has inside: the one that is measured. */
final class LibraryVersion {

  private static final String INSIDE = "BOOT-INF/lib/";

  private LibraryVersion() {}

  /**
   * That of the first, and of the others where it is another one.
   *
   * @param module its folder, from the root on
   * @param artifacts without version; empty for none
   */
  static String of(String module, List<String> artifacts) {
    if (artifacts.isEmpty()) {
      return "this bench's own";
    }
    String first = of(module, artifacts.get(0));
    StringBuilder all = new StringBuilder(first);
    for (String other : artifacts.subList(1, artifacts.size())) {
      String version = of(module, other);
      if (!version.equals(first)) {
        all.append(" (").append(other).append(' ').append(version).append(')');
      }
    }
    return all.toString();
  }

  private static String of(String module, String artifact) {
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
