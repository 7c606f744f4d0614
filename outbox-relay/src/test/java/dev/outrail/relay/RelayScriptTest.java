package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.cli.Verbs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model;

/** The script runs the JVM that the bench measures and the README recommends. */
class RelayScriptTest {

  private static final String SHIPPED = "-Xmx256m -XX:+ExitOnOutOfMemoryError -XX:+UseParallelGC";

  @TempDir Path folder;

  @ParameterizedTest(name = "relay {0} with JAVA_OPTS={1}")
  @CsvSource({
    "--config a.properties, '', " + SHIPPED,
    "--config a.properties, -Xmx1g, " + SHIPPED + " -Xmx1g",
    "--config a.properties, -XX:+UseZGC, -Xmx256m -XX:+ExitOnOutOfMemoryError -XX:+UseZGC",
    "status, '', -XX:TieredStopAtLevel=1 -Xshare:auto -XX:+UseSerialGC",
    "status, -XX:+UseZGC, -XX:TieredStopAtLevel=1 -Xshare:auto -XX:+UseZGC"
  })
  void theJvmGetsItsFlags(String arguments, String javaOpts, String flags) throws Exception {
    Path script = folder.resolve("relay");
    Files.copy(Path.of("relay"), script);
    Path jar = Files.createFile(folder.resolve("outbox-relay-1-exec.jar"));
    Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();

    assertThat(
            run(
                Map.of("JAVA_HOME", folder.toString(), "JAVA_OPTS", javaOpts),
                "bash " + script + " " + arguments))
        .isEqualTo("%s -jar %s %s".formatted(flags, jar, arguments));
  }

  @Test
  void theReadmeRecommendsThem() throws Exception {
    assertThat(Files.readString(Path.of("README.md")))
        .contains("java -Xmx256m -XX:+UseParallelGC -XX:+ExitOnOutOfMemoryError -jar outbox-relay");
  }

  @Test
  void itKnowsEveryVerb() throws Exception {
    CommandLine line = new CommandLine(Model.CommandSpec.create());
    Verbs.addTo(line, () -> null, Map.of());

    Matcher verbs =
        Pattern.compile("case \\$word in (\\S+)\\) flags")
            .matcher(Files.readString(Path.of("relay")));

    assertThat(verbs.find()).isTrue();
    assertThat(verbs.group(1).split("\\|"))
        .containsExactlyInAnyOrderElementsOf(line.getSubcommands().keySet());
  }

  private static String run(Map<String, String> environment, String command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command.split(" "))).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }
}
