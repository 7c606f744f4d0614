package dev.outrail.relay.publish;

import dev.outrail.testbed.process.TempFolders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;

/**
 * What an administrator may have put before the creation of topics. A broker has it on its class
 * path, beside Kafka's jars, as an agent that does nothing.
 */
public final class NoUnwantedTopics implements CreateTopicPolicy {

  static final String UNWANTED = "unwanted";

  /** Called by the JVM. */
  public static void premain(String argument) {}

  static String jvmArgument() {
    Path jar = TempFolders.create("topic-policy").resolve("policy.jar");
    String file = NoUnwantedTopics.class.getName().replace('.', '/') + ".class";
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", NoUnwantedTopics.class.getName());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream in =
            Objects.requireNonNull(
                NoUnwantedTopics.class.getClassLoader().getResourceAsStream(file))) {
      out.putNextEntry(new JarEntry(file));
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Making " + jar, e);
    }
    return "-javaagent:" + jar;
  }

  @Override
  public void validate(RequestMetadata asked) {
    if (asked.topic().startsWith(UNWANTED)) {
      throw new PolicyViolationException("nobody wants " + asked.topic());
    }
  }

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public void close() {}
}
