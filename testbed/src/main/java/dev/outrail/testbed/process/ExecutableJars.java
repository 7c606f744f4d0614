package dev.outrail.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;

/**
 * The executable jars that the build makes, {@code <module>/target/<module>-<version>-exec.jar}.
 */
public final class ExecutableJars {
  /** System property with the folder of the root pom; the build sets it for every test. */
  public static final String ROOT_PROPERTY = "outrail.root";

  private ExecutableJars() {}

  /**
   * The newest executable jar of a module.
   *
   * @param module its folder, from the root on; its last name is also its artifact's
   * @throws IllegalStateException when it was not built yet, or {@value #ROOT_PROPERTY} is not set;
   *     says what to do
   */
  public static Path find(String module) {
    String root = System.getProperty(ROOT_PROPERTY);
    if (root == null || root.isBlank()) {
      throw new IllegalStateException(
          "System property %s is not set, so the jar of %s can't be found. Start with -D%s=<folder of the root pom>"
              .formatted(ROOT_PROPERTY, module, ROOT_PROPERTY));
    }
    return find(Path.of(root), module);
  }

  static Path find(Path root, String module) {
    Path target = root.resolve(module).resolve("target");
    String pattern = Path.of(module).getFileName() + "-*-exec.jar";
    try {
      if (Files.isDirectory(target)) {
        try (var jars = Files.newDirectoryStream(target, pattern)) {
          Path newest = null;
          for (Path jar : jars) {
            if (newest == null || BY_TIME.compare(jar, newest) > 0) {
              newest = jar;
            }
          }
          if (newest != null) {
            return newest;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Looking for " + pattern + " in " + target, e);
    }
    throw new IllegalStateException(
        "No %s in %s: build it first with: mvn package -pl %s -am -DskipTests"
            .formatted(pattern, target, module));
  }

  private static final Comparator<Path> BY_TIME = Comparator.comparing(ExecutableJars::modified);

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
