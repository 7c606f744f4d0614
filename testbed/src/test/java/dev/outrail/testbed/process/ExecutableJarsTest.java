package dev.outrail.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecutableJarsTest {
  @TempDir private Path root;

  @Test
  void findsTheNewestExecutableJarOfAModule() throws IOException {
    Path target = Files.createDirectories(root.resolve("order-app").resolve("target"));
    Files.createFile(target.resolve("order-app-0.2.0.jar"));
    Path old = Files.createFile(target.resolve("order-app-0.1.0-exec.jar"));
    Path current = Files.createFile(target.resolve("order-app-0.2.0-exec.jar"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

    assertThat(ExecutableJars.find(root, "order-app")).isEqualTo(current);
  }

  @Test
  void saysHowToBuildAJarThatIsMissing() {
    assertThatThrownBy(() -> ExecutableJars.find(root, "order-app"))
        .hasMessageContaining("order-app-*-exec.jar")
        .hasMessageContaining("mvn package -pl order-app -am -DskipTests");
  }
}
