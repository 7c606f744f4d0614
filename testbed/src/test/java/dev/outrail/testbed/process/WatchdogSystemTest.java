package dev.outrail.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.KilledTestbedMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchdogSystemTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(15);

  @TempDir private Path folder;

  @Tag("long")
  @Test
  void nothingIsLeftOfAKilledJvmNotEvenAPausedServer() {
    try (ManagedProcess jvm =
        ManagedProcess.mainClass(
                KilledTestbedMain.class.getName(), List.of(System.getProperty("java.class.path")))
            .jvmArgs("-Xmx128m", "-Dtestbed=embedded")
            .logFile(folder.resolve("killed.log"))
            .start()) {
      jvm.awaitLog("^ready$", PATIENCE);
      Path testbedFolder = Path.of(find(jvm.log(), "folder (.*)"));
      List<ProcessHandle> children =
          ProcessHandle.of(jvm.pid())
              .orElseThrow()
              .descendants()
              .filter(ProcessHandle::isAlive)
              .toList();
      assertThat(children.stream().map(child -> child.info().command().orElse("")))
          .anyMatch(command -> command.endsWith("mysqld"))
          .filteredOn(command -> command.endsWith("java"))
          .as("broker and watchdog")
          .hasSize(2);
      assertThat(testbedFolder).exists();

      jvm.kill();

      await()
          .atMost(GRACE)
          .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      await().atMost(GRACE).until(() -> !Files.exists(testbedFolder));
    }
  }

  @Test
  void aGrandchildThatTheWatchdogWasNeverToldOfEndsToo() {
    try (ManagedProcess jvm =
        ManagedProcess.mainClass(
                GrandchildMain.class.getName(), List.of(System.getProperty("java.class.path")))
            .jvmArgs("-Xmx32m")
            .logFile(folder.resolve("grandchild.log"))
            .start()) {
      jvm.awaitLog("^grandchild \\d+$", PATIENCE);
      long pid = Long.parseLong(find(jvm.log(), "grandchild (\\d+)"));
      ProcessHandle grandchild = ProcessHandle.of(pid).orElseThrow();

      jvm.kill();

      await().atMost(GRACE).until(() -> !grandchild.isAlive());
    }
  }

  private static String find(String text, String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
