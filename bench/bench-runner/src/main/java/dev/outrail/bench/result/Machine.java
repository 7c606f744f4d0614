package dev.outrail.bench.result;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a run took place. What cannot be found out is {@value #UNKNOWN}.
 *
 * @param memoryMb of the machine, in MiB
 */
public record Machine(int cores, String cpu, long memoryMb, String os, String jvm, String disk) {

  public static final String UNKNOWN = "unknown";

  private static final int MEBI = 20;

  /** This one. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        line(Path.of("/proc/cpuinfo"), "model name", ":"),
        system().getTotalMemorySize() >> MEBI,
        "%s %s (%s), %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                line(Path.of("/etc/os-release"), "PRETTY_NAME", "=").replace("\"", "")),
        "%s %s, of the runner and of all contenders"
            .formatted(
                System.getProperty("java.vm.name"), System.getProperty("java.runtime.version")),
        UNKNOWN);
  }

  /** How many processes wanted a core, averaged over a minute; negative if that is not known. */
  static double load() {
    return system().getSystemLoadAverage();
  }

  private static OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }

  private static String line(Path file, String name, String separator) {
    if (!Files.isReadable(file)) {
      return UNKNOWN;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(separator) + 1).strip())
          .findFirst()
          .orElse(UNKNOWN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
