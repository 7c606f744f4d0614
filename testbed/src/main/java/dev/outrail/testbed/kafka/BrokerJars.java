package dev.outrail.testbed.kafka;

import dev.outrail.testbed.cache.UserCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The broker's own class path: jars that travel inside this module as resources, unpacked into the
 * user's cache. It shares nothing with the class path of this JVM, which may hold other versions of
 * the same libraries, or be a jar of jars.
 *
 * @param folder holds the jars and the folder {@code classes} with {@link BrokerMain}
 */
record BrokerJars(Path folder) {
  private static final String RESOURCES = "outrail/testbed/";
  private static final List<String> INDEXES = List.of("broker.index", "broker-runtime.index");
  private static final List<String> CLASSES =
      List.of(BrokerMain.class.getName().replace('.', '/') + ".class", "simplelogger.properties");

  List<String> classPath() {
    return List.of(folder.resolve("classes").toString(), folder.toString() + "/*");
  }

  static BrokerJars in(UserCache cache) {
    try {
      List<String> jars = jars();
      return new BrokerJars(cache.folder(name(jars), folder -> unpack(jars, folder)));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the list of the broker's jars", e);
    }
  }

  /** Paths under {@link #RESOURCES}; the build writes them. */
  private static List<String> jars() throws IOException {
    var text = new StringBuilder();
    for (String index : INDEXES) {
      try (InputStream in = resource(RESOURCES + index)) {
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()).append(':');
      }
    }
    return Arrays.stream(text.toString().split(":"))
        .filter(jar -> !jar.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** Another folder when another set of jars, or another {@link BrokerMain}, comes along. */
  private static String name(List<String> jars) throws IOException {
    var crc = new CRC32();
    crc.update(String.join(":", jars).getBytes(StandardCharsets.UTF_8));
    for (String file : CLASSES) {
      try (InputStream in = resource(source(file))) {
        crc.update(in.readAllBytes());
      }
    }
    String version =
        jars.stream()
            .map(jar -> jar.substring(jar.lastIndexOf('/') + 1))
            .filter(jar -> jar.startsWith("kafka_2.13-"))
            .findFirst()
            .orElseThrow(() -> new IOException("No kafka_2.13 among " + jars));
    return "%s-%08x"
        .formatted(version.substring(0, version.length() - ".jar".length()), crc.getValue());
  }

  private static void unpack(List<String> jars, Path folder) throws IOException {
    for (String jar : jars) {
      try (InputStream in = resource(RESOURCES + jar)) {
        Files.copy(in, folder.resolve(jar.substring(jar.lastIndexOf('/') + 1)));
      }
    }
    for (String file : CLASSES) {
      Path target = folder.resolve("classes").resolve(file);
      Files.createDirectories(target.getParent());
      try (InputStream in = resource(source(file))) {
        Files.copy(in, target);
      }
    }
  }

  private static String source(String file) {
    return file.endsWith(".class") ? file : RESOURCES + "broker-" + file;
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = BrokerJars.class.getClassLoader().getResourceAsStream(name);
    if (in == null) {
      throw new IOException(
          name + " is not on the class path; it is made by: mvn process-resources -pl testbed");
    }
    return in;
  }

  /** The version of Kafka, as in the folder's name. */
  String version() {
    return Stream.of(folder.getFileName().toString().split("-")).skip(1).findFirst().orElse("");
  }
}
