package dev.outrail.bench.result.report;

import dev.outrail.bench.result.Machine;
import dev.outrail.bench.result.RunFolder.Part;
import dev.outrail.bench.result.RunInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The part of the report that says how the run was made.
 *
 * @param home the folder of the report, for links
 */
record RunSection(List<Part> parts, Path home) {

  String text() {
    Table table =
        new Table(
            "llllr",
            List.of("command", "started (UTC)", "commit", "raw data", "took", "load before"));
    for (Part part : parts) {
      RunInfo info = part.info();
      table.row(
          List.of(
              "`" + info.command() + "`",
              info.started().toString().replace('T', ' ').replace("Z", ""),
              info.commit(),
              link(part.csv()),
              info.wall() == null ? "**did not end**" : text(info.wall()),
              info.load() < 0 ? Machine.UNKNOWN : Numbers.text(info.load())));
    }
    return """

        ## How it was run

        %s
        %s
        %s
        """
            .formatted(
                table,
                distinct(part -> machine(part.machine())),
                distinct(part -> text(part.versions())))
            .stripTrailing()
        + "\n";
  }

  /** Once, if it is the same in all parts; else with the parts that it is of. */
  private String distinct(Function<RunInfo, String> what) {
    Map<String, String> filesByText =
        parts.stream()
            .collect(
                Collectors.groupingBy(
                    part -> what.apply(part.info()),
                    LinkedHashMap::new,
                    Collectors.mapping(
                        part -> part.csv().getFileName().toString(), Collectors.joining(", "))));
    if (filesByText.size() == 1) {
      return filesByText.keySet().iterator().next();
    }
    return filesByText.entrySet().stream()
        .map(one -> "\n**In %s:**\n\n%s".formatted(one.getValue(), one.getKey()))
        .collect(Collectors.joining("\n"));
  }

  private static String machine(Machine machine) {
    return """
        - Machine: %d cores, %s, %s MB of memory, disk: %s. Servers, contenders and the runner share it.
        - System: %s
        - JVM: %s"""
        .formatted(
            machine.cores(),
            machine.cpu(),
            Numbers.count((double) machine.memoryMb()),
            machine.disk(),
            machine.os(),
            machine.jvm());
  }

  private static String text(Map<String, String> versions) {
    return versions.entrySet().stream()
        .map(version -> version.getKey() + " " + version.getValue())
        .collect(Collectors.joining(", ", "- Versions: ", ""));
  }

  private static String text(Duration wall) {
    return wall.toMinutes() == 0
        ? wall.toSeconds() + " s"
        : "%d h %02d min".formatted(wall.toHours(), wall.toMinutesPart());
  }

  private String link(Path csv) {
    Path file = csv.toAbsolutePath().normalize();
    return file.startsWith(home)
        ? "[%s](%s)"
            .formatted(csv.getFileName(), home.relativize(file).toString().replace('\\', '/'))
        : csv.getFileName().toString();
  }
}
