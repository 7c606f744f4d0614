package dev.outrail.testbed.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserCacheSystemTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void buildsThatStartAtOnceUnpackOnce() throws IOException {
    Path fills = folder.resolve("fills");
    List<ManagedProcess> builds =
        Stream.of("first", "second", "third")
            .map(
                name ->
                    ManagedProcess.mainClass(
                            FillCacheMain.class.getName(),
                            List.of(System.getProperty("java.class.path")))
                        .name(name)
                        .jvmArgs("-Xmx32m")
                        .args(folder.resolve("cache").toString(), fills.toString())
                        .logFile(folder.resolve(name + ".log"))
                        .start())
            .toList();

    for (ManagedProcess build : builds) {
      assertThat(build.awaitExit(PATIENCE)).as(build.log()).isZero();
      assertThat(build.log().strip()).isEqualTo("found 20000 bytes");
    }
    assertThat(Files.readAllLines(fills)).hasSize(1);
  }
}
