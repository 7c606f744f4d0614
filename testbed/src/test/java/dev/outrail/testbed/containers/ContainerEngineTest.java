package dev.outrail.testbed.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerEngineTest {

  @Test
  void aFileOfTestcontainersCountsOnlyWhenItNamesAHost(@TempDir Path home) throws IOException {
    assumeThat(Path.of("/var/run/docker.sock")).doesNotExist();
    Path file = home.resolve(".testcontainers.properties");

    Files.writeString(file, "docker.client.strategy=whatever was there once");
    assertThat(ContainerEngine.mayBeThere(Map.of(), home.toString())).isFalse();

    Files.writeString(file, "docker.host=tcp://elsewhere:2375");
    assertThat(ContainerEngine.mayBeThere(Map.of(), home.toString())).isTrue();
  }

  @Test
  void anEngineMayBeThereWhenTheEnvironmentOrASocketSaysSo(@TempDir Path home) throws IOException {
    assertThat(
            ContainerEngine.mayBeThere(
                Map.of("DOCKER_HOST", "tcp://elsewhere:2375"), home.toString()))
        .isTrue();

    Files.createDirectories(home.resolve(".docker/run"));
    Files.createFile(home.resolve(".docker/run/docker.sock"));
    assertThat(ContainerEngine.mayBeThere(Map.of(), home.toString())).isTrue();
  }
}
