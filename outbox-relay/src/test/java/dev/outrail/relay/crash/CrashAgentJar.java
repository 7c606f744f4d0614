package dev.outrail.relay.crash;

import dev.outrail.testbed.process.TempFolders;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;

/** The agent as a jar, made from the test classes once per JVM. Thread-safe. */
public final class CrashAgentJar {

  private CrashAgentJar() {}

  /** The JVM argument that makes the {@code hit}-th passing of a point the last. */
  public static String jvmArgument(CrashPoint point, int hit) {
    return "-javaagent:%s=%s:%d".formatted(Made.JAR, point.name(), hit);
  }

  /** The JVM argument that lets a fault happen once the file is there. */
  public static String jvmArgument(Fault fault, Path when) {
    return "-javaagent:%s=%s%s:%s".formatted(Made.JAR, CrashAgent.FAULT, fault.name(), when);
  }

  private static final class Made {
    static final Path JAR = make();

    private static Path make() {
      Path jar = TempFolders.create("crash-agent").resolve("crash-agent.jar");
      Manifest manifest = new Manifest();
      Attributes main = manifest.getMainAttributes();
      main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
      main.putValue("Premain-Class", CrashAgent.class.getName());
      main.put(Attributes.Name.CLASS_PATH, locationOf(ByteBuddy.class).toUri().toString());
      Path classes = locationOf(CrashAgent.class);
      Path ours = classes.resolve(CrashAgent.class.getPackageName().replace('.', '/'));
      try (OutputStream file = Files.newOutputStream(jar);
          JarOutputStream out = new JarOutputStream(file, manifest)) {
        for (Path found : list(ours)) {
          out.putNextEntry(new JarEntry(classes.relativize(found).toString().replace('\\', '/')));
          Files.copy(found, out);
          out.closeEntry();
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Making " + jar, e);
      }
      return jar;
    }

    private static List<Path> list(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files.sorted().toList();
      }
    }

    private static Path locationOf(Class<?> type) {
      try {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
