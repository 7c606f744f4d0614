package dev.outrail.bench.result;

import dev.outrail.bench.contender.Description;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where, when and how a run, or one part of it, was made. Kept as JSON beside the raw data, so that
 * the report can be made again without the machine.
 *
 * @param command what was typed
 * @param wall how long it took; null while it runs, and for ever if it died
 * @param load before the start: processes that wanted a core, averaged over a minute; negative if
 *     that is not known
 * @param commit of the sources, or {@code unknown}
 * @param versions by the software's name
 * @param contenders all who were to take part
 */
public record RunInfo(
    String command,
    Instant started,
    @Nullable Duration wall,
    double load,
    String commit,
    Machine machine,
    SortedMap<String, String> versions,
    List<Description> contenders) {

  /** System property with what was typed; {@code bench/run} sets it. */
  public static final String COMMAND_PROPERTY = "bench.command";

  /** System property with the load from before the build; {@code bench/run} sets it. */
  public static final String LOAD_PROPERTY = "bench.load";

  /** Enums by their names: texts for people may change. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public RunInfo {
    versions = new TreeMap<>(versions);
    contenders = List.copyOf(contenders);
  }

  /**
   * Of a run that begins now, here.
   *
   * @param root the folder of the sources
   */
  public static RunInfo begin(
      Path root, SortedMap<String, String> versions, List<Description> contenders) {
    return new RunInfo(
        System.getProperty(COMMAND_PROPERTY, Machine.UNKNOWN),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        null,
        Double.parseDouble(System.getProperty(LOAD_PROPERTY, Double.toString(Machine.load()))),
        GitCommit.of(root),
        Machine.here(),
        versions,
        contenders);
  }

  /** The same, done by now. */
  RunInfo done() {
    Duration taken = Duration.between(started, Instant.now()).truncatedTo(ChronoUnit.SECONDS);
    return new RunInfo(command, started, taken, load, commit, machine, versions, contenders);
  }

  void write(Path file) {
    JSON.writeValue(file, this);
  }

  static RunInfo read(Path file) {
    return JSON.readValue(file, RunInfo.class);
  }
}
