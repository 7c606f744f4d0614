package dev.outrail.bench.result.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.bench.contender.Description;
import dev.outrail.bench.contender.Guarantee;
import dev.outrail.bench.result.Machine;
import dev.outrail.bench.result.Measured;
import dev.outrail.bench.result.RunFolder;
import dev.outrail.bench.result.RunInfo;
import dev.outrail.bench.result.RunPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final String BACKLOG = "300000 x 256 B";

  @TempDir private Path bench;

  private final Measured measured = new Measured();

  @Test
  void aContendersErrorsStandBesideItsFigures() throws IOException {
    rate("outrail", 90_000, 100_000, 95_000);
    rate("dual-write", 10_000, 10_000, 10_000);
    measured.errors("drain", BACKLOG, "outrail", 0, 0, 0);
    measured.errors("drain", BACKLOG, "dual-write", 1_234, 0, 5);

    assertThat(lines())
        .contains(
            "| Outrail | 95 000 (90 000–100 000) | 1.00 | 0 / 0 / 0 |",
            "| Dual write | 10 000 (10 000–10 000) | 9.50 | **1 234 / 0 / 5** |");
  }

  @Test
  void aContenderThatOnlyLostEverythingIsInTheTableToo() throws IOException {
    rate("outrail", 90_000);
    measured.errors("drain", BACKLOG, "outrail", 0, 0, 0);
    measured.errors("drain", BACKLOG, "dual-write", 300_000, 0, 0);

    assertThat(lines()).contains("| Dual write | – | – | **300 000 / 0 / 0** |");
  }

  @Test
  void whoHasNoFigureIsNamed() throws IOException {
    rate("outrail", 90_000);

    assertThat(lines()).contains("Without a figure here: Dual write.");
  }

  @Test
  void aDrainThatWasStoppedIsMarked() throws IOException {
    rate("dual-write", 1, 1, 1);
    measured.add("drain", BACKLOG, "dual-write", "complete_bool", 1, 0, 0);

    assertThat(lines()).contains("| Dual write | 1.00 (1.00–1.00) | **no** in 2 of 3 | – |");
  }

  @Test
  void theTwinsTellTheNoiseBelowTheTable() throws IOException {
    rate("outrail", 90_000, 100_000, 110_000);
    rate("outrail-again", 92_000, 101_000, 109_000);

    assertThat(lines())
        .contains(
            "In 1 of 1 comparisons of a contender with itself the medians agree within the spread.",
            "Noise, between two that are the same: events/s 1.00 % (spread 20.0 %).");
  }

  @Test
  void aNoisyRunIsCalledNoisy() throws IOException {
    rate("outrail", 100_000, 100_000, 100_000);
    rate("outrail-again", 150_000, 150_000, 150_000);

    assertThat(lines())
        .contains(
            "**Too noisy to be trusted**: rate per s in `300000 x 256 B`.",
            "**Too noisy**, the two differ by more than the spread: events/s.");
  }

  @Test
  void aMissedTargetIsExplainedByHandOrNotYet() throws IOException {
    rate("outrail", 100_000);
    rate("raw-binlog", 1_000_000);
    rate("connect-at-least-once", 60_000);
    Files.writeString(
        bench.resolve("explanations.md"), "## drain-vs-raw\n\nMost of it is *decoding*.\n");

    assertThat(String.join("\n", lines()))
        .contains("| `drain-vs-raw` | drain, events/s: ours ÷ raw-binlog | ≥ 0.25 | 0.10 |")
        .contains("### Why `drain-vs-raw` was missed\n\nMost of it is *decoding*.")
        .contains("### Why `drain-vs-connect-alo` was missed\n\n**not explained yet**")
        .contains("| `idle-cpu` | CPU of the idle relay, % of a core | ≤ 5 % | – |")
        .doesNotContain("Why `idle-cpu`");
  }

  @Test
  void whatNobodyPlannedForIsShownToo() throws IOException {
    rate("outrail", 100_000);
    measured.add("drain", BACKLOG, "outrail", "gc_pause_ms", 12.5);
    measured.add("weather", "sunny", "stranger", "heat_pct", 30);
    measured.errors("weather", "sunny", "stranger", 0, 7, 0);

    assertThat(String.join("\n", lines()))
        .contains("**Other figures**\n\n|  | gc pause, ms |")
        .contains("| Outrail | 12.5 |")
        .contains("## weather\n")
        .contains("| stranger | 30.0 | **0 / 7 / 0** |");
  }

  @Test
  void hopsAreRows() throws IOException {
    measured
        .add("flow", "100/s", "outrail", "total_p50_ms", 40)
        .add("flow", "100/s", "outrail", "hop1_rest_to_commit_p50_ms", 10)
        .add("flow", "100/s", "outrail", "hop1_rest_to_commit_p99_ms", 25)
        .add("flow", "100/s", "outrail", "hop2_commit_to_visible_p50_ms", 4);

    assertThat(lines())
        .contains(
            "| hop | p50, ms | p99, ms | of the whole p50 |",
            "| 1 rest to commit | 10.0 | 25.0 | 25.0 % |",
            "| 2 commit to visible | 4.00 | – | 10.0 % |");
  }

  @Test
  void howItWasRunIsSaidAndTheRawDataLinked() throws IOException {
    rate("outrail", 100_000);

    assertThat(lines())
        .contains(
            "| `bench/run --full` | 2026-11-01 10:00:00 | 0123abc |"
                + " [part-20261101-100000.csv](results/full/part-20261101-100000.csv)"
                + " | **did not end** | 0.25 |",
            "- Versions: MySQL 8.0.31",
            "- **Outrail** (`outrail`), 0.1. Promises: exactly once. Set: `heap=-Xmx256m`.");
  }

  @Test
  void plotsAreDrawnWithTextThatIsText() throws IOException {
    rate("outrail", 90_000);
    rate("dual-write", 4_000);
    for (String percentile : List.of("p50", "p95", "p99")) {
      for (String rate : List.of("20/s", "200/s", "1000/s")) {
        measured.add("lateness", rate, "outrail", "visible_" + percentile + "_ms", 5);
      }
      measured.add("lateness", "200/s", "dual-write", "visible_" + percentile + "_ms", 0);
    }

    List<String> report = lines();

    assertThat(report)
        .contains(
            "![Drain of 300000 x 256 B, events/s](results/drain.svg)",
            "![Commit → visible at 200 payments/s, ms (logarithmic)](results/lateness-200-visible.svg)",
            "![Commit → visible, p99, ms (logarithmic) by payments a second](results/lateness-p99.svg)");
    assertThat(Files.readString(bench.resolve("results/drain.svg")))
        .contains("<svg", "viewBox", ">Outrail</text", ">Dual write</text");
    assertThat(bench.resolve("results/lateness-200-visible.svg")).isNotEmptyFile();
    assertThat(bench.resolve("results/lateness-p99.svg")).isNotEmptyFile();
  }

  @Test
  void theSameDataMakeTheSameReport() throws IOException {
    rate("outrail", 90_000);
    lines();
    String report = Files.readString(bench.resolve("RESULTS.md"));
    String plot = Files.readString(bench.resolve("results/drain.svg"));

    write();

    assertThat(Files.readString(bench.resolve("RESULTS.md"))).isEqualTo(report);
    assertThat(Files.readString(bench.resolve("results/drain.svg"))).isEqualTo(plot);
  }

  @Test
  void partsOfDifferentMachinesAreToldApart() throws IOException {
    rate("outrail", 90_000);
    writePart("2026-11-01T10:00:00Z", "A CPU");
    writePart("2026-11-02T10:00:00Z", "Another CPU");
    write();

    assertThat(Files.readString(bench.resolve("RESULTS.md")).replace(Numbers.GAP, ' '))
        .contains("**In part-20261101-100000.csv:**\n\n- Machine: 2 cores, A CPU,")
        .contains("**In part-20261102-100000.csv:**\n\n- Machine: 2 cores, Another CPU,")
        .containsOnlyOnce("- Versions: MySQL 8.0.31");
  }

  private void rate(String contender, double... rounds) {
    measured.add("drain", BACKLOG, contender, "rate_per_s", rounds);
  }

  /** The lines of the report, with plain spaces. */
  private List<String> lines() throws IOException {
    writePart("2026-11-01T10:00:00Z", "A CPU");
    write();
    return Files.readAllLines(bench.resolve("RESULTS.md")).stream()
        .map(line -> line.replace(Numbers.GAP, ' '))
        .toList();
  }

  private void writePart(String started, String cpu) throws IOException {
    RunInfo info =
        new RunInfo(
            "bench/run --full",
            Instant.parse(started),
            null,
            0.25,
            "0123abc",
            new Machine(2, cpu, 24_000, "Linux", "A JVM 17", Machine.UNKNOWN),
            new TreeMap<>(Map.of("MySQL", "8.0.31")),
            List.of(
                description("outrail", "Outrail", Guarantee.EXACTLY_ONCE),
                description("dual-write", "Dual write", Guarantee.NONE)));
    try (RunPart part = new RunFolder(bench.resolve("results/full")).begin(info)) {
      measured.list().forEach(part::append);
    }
  }

  private void write() {
    Report.of(new RunFolder(bench.resolve("results/full")), bench.resolve("explanations.md"))
        .write(bench.resolve("RESULTS.md"));
  }

  private static Description description(String id, String title, Guarantee guarantee) {
    return new Description(id, title, guarantee, "0.1", new TreeMap<>(Map.of("heap", "-Xmx256m")));
  }
}
