package dev.outrail.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.result.RunFolder.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final Measurement FIRST =
      new Measurement("drain", "300000 x 256 B", "outrail", 1, "rate_per_s", 90_000);
  private static final Measurement SECOND =
      new Measurement("lateness", "200/s", "outrail", 1, "visible_p99_ms", 12);

  @TempDir private Path temp;

  @Test
  void partsAreReadBackInTheOrderOfTheirStart() {
    RunFolder folder = new RunFolder(temp.resolve("full"));
    RunInfo early = info("2026-11-01T10:00:00Z");
    RunInfo late = info("2026-11-01T12:30:00Z");

    try (RunPart part = folder.begin(late)) {
      part.append(SECOND);
      part.finish();
    }
    try (RunPart part = folder.begin(early)) {
      part.append(FIRST);
    }

    List<Part> parts = folder.read();
    assertThat(parts)
        .extracting(Part::measurements)
        .containsExactly(List.of(FIRST), List.of(SECOND));
    assertThat(parts.get(0).info()).as("died, so its wall time is unknown").isEqualTo(early);
    assertThat(parts.get(1).info().wall()).isNotNull();
    assertThat(parts.get(1).info())
        .usingRecursiveComparison()
        .ignoringFields("wall")
        .isEqualTo(late);
  }

  @Test
  void measurementsWithoutCircumstancesAreRefused() throws IOException {
    Files.createFile(temp.resolve("part-20261101-100000.csv"));

    assertThatThrownBy(() -> new RunFolder(temp).read())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("part-20261101-100000.json");
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    assertThatThrownBy(() -> new RunFolder(temp).read())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(temp.toString());
  }

  @Test
  void aRunThatBeginsHereKnowsTheMachineAndTheBuild() {
    RunInfo info = RunInfo.begin(temp, BuildVersions.read(), List.of());

    assertThat(info.machine().cores()).isPositive();
    assertThat(info.machine().memoryMb()).isPositive();
    assertThat(info.machine().jvm()).contains(System.getProperty("java.runtime.version"));
    assertThat(info.commit()).as("not a repository").isEqualTo("unknown");
    assertThat(info.versions()).containsKeys("Apache Kafka", "Debezium", "Spring Boot");
    assertThat(info.versions().values()).allMatch(version -> version.matches("\\d+\\..*"));
  }

  private static RunInfo info(String started) {
    return new RunInfo(
        "bench/run --full",
        Instant.parse(started),
        null,
        0.25,
        "0123abc",
        new Machine(2, "A CPU", 24_000, "Linux", "A JVM 17", Machine.UNKNOWN),
        new TreeMap<>(Map.of("MySQL", "8.0.31")),
        List.of(
            new Description(
                "outrail",
                "Outrail",
                Guarantee.EXACTLY_ONCE,
                "0.1",
                new TreeMap<>(Map.of("heap", "-Xmx256m")))));
  }
}
