package dev.outrail.bench;

import dev.outrail.bench.contender.Contender;
import dev.outrail.bench.contender.Servers;
import dev.outrail.bench.result.BuildVersions;
import dev.outrail.bench.result.Measurement;
import dev.outrail.bench.result.RunFolder;
import dev.outrail.bench.result.RunInfo;
import dev.outrail.bench.result.RunPart;
import dev.outrail.bench.result.report.Report;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import dev.outrail.testbed.process.ExecutableJars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the benchmark; {@code bench/run} starts it. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures Outrail and its peers side by side on this machine.")
public final class BenchMain implements Callable<Integer> {

  private static final String RESULTS = "results";

  /** How large the run is. */
  static final class SizeOption {
    @Option(names = "--smoke", description = "About two minutes: do all run?")
    boolean smoke;

    @Option(names = "--quick", description = "About a quarter of an hour, one round (default).")
    boolean quick;

    @Option(names = "--full", description = "All of it, in five rounds: hours.")
    boolean full;

    Size size() {
      return smoke ? Size.SMOKE : full ? Size.FULL : Size.QUICK;
    }
  }

  @ArgGroup private SizeOption size = new SizeOption();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "QUESTION",
      description = "${COMPLETION-CANDIDATES}; default: all, with --quick the first three.")
  private List<Question> only = List.of();

  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "ID",
      description = "Only these, by their ids.")
  private List<String> ids = List.of();

  @Option(names = "--rounds", description = "Instead of the size's own number.")
  private @Nullable Integer rounds;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where the raw data goes; data of further parts may be added to it. Default: bench/results"
              + " with --full, else a new folder below bench/target.")
  private @Nullable Path out;

  @Option(
      names = "--report",
      paramLabel = "FOLDER",
      description = "Measures nothing: makes the report again from this raw data.")
  private @Nullable Path report;

  public static void main(String[] args) {
    int exitCode =
        new CommandLine(new BenchMain()).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    Runtime.getRuntime().exit(exitCode);
  }

  @Override
  public Integer call() throws Exception {
    Path bench = Path.of(System.getProperty(ExecutableJars.ROOT_PROPERTY, ".")).resolve("bench");
    if (report != null) {
      return report(bench, report);
    }
    Path data = out != null ? out : size.full ? bench.resolve(RESULTS) : newFolder(bench);
    Size chosen = rounds == null ? size.size() : size.size().withRounds(rounds);
    Set<Question> questions = only.isEmpty() ? chosen.questions() : Set.copyOf(only);
    List<Contender> contenders = Contenders.named(ids);
    Path logs = Files.createTempDirectory("outrail-bench");
    System.out.println("Logs of all processes: " + logs);
    try (Testbed testbed = Testbed.start(servers())) {
      SortedMap<String, String> versions = BuildVersions.read();
      versions.put("MySQL", testbed.mysql().version());
      RunInfo info =
          RunInfo.begin(
              bench.resolveSibling(""),
              versions,
              contenders.stream().map(Contender::description).toList());
      try (RunPart part = new RunFolder(data).begin(info)) {
        Bench run =
            new Bench(
                new Servers(testbed),
                logs,
                chosen,
                contenders,
                measurement -> {
                  part.append(measurement);
                  print(measurement);
                });
        if (size.smoke) {
          run.smoke();
        } else {
          run.run(questions);
        }
        part.finish();
      }
    }
    return report(bench, data);
  }

  private static int report(Path bench, Path data) {
    boolean kept = data.toAbsolutePath().normalize().equals(bench.resolve(RESULTS).normalize());
    Path file = (kept ? bench : data).resolve("RESULTS.md");
    Report.of(new RunFolder(data), bench.resolve("explanations.md")).write(file);
    System.out.println("Report: " + file);
    return 0;
  }

  private static Path newFolder(Path bench) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[-:]", "");
    return bench.resolve("target").resolve("results-" + now);
  }

  /** Sized for a benchmark, not for a test; what a commit promises is the same. */
  static TestbedOptions servers() {
    return TestbedOptions.defaults()
        .withMysqldArgs(
            "--innodb-buffer-pool-size=1G",
            "--innodb-redo-log-capacity=2G",
            "--max-binlog-size=1G",
            "--max-connections=400")
        .withBrokerHeap("1g")
        .withBrokerJvmArgs("-XX:TieredStopAtLevel=4", "-XX:+UseParallelGC", "-XX:-UseSerialGC");
  }

  private static void print(Measurement one) {
    System.out.printf(
        Locale.ROOT,
        "%-9s %-28s %-24s %d %-26s %.3f%n",
        one.question(),
        one.scenario(),
        one.contender(),
        one.round(),
        one.metric(),
        one.value());
  }
}
