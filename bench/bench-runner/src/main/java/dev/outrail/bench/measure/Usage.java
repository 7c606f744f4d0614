package dev.outrail.bench.measure;

import dev.outrail.testbed.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What processes have used up to one moment.
 *
 * @param cpu user and system time of all of them
 * @param at when that was, by {@link System#nanoTime()}
 */
public record Usage(Duration cpu, long at) {

  public static Usage of(List<ManagedProcess> processes) {
    return ofPids(processes.stream().distinct().map(ManagedProcess::pid).toList());
  }

  /** A process that is gone counts as having used nothing. */
  public static Usage ofPids(List<Long> pids) {
    Duration cpu = Duration.ZERO;
    for (long pid : pids) {
      cpu =
          cpu.plus(
              ProcessHandle.of(pid)
                  .flatMap(process -> process.info().totalCpuDuration())
                  .orElse(Duration.ZERO));
    }
    return new Usage(cpu, System.nanoTime());
  }

  /** CPU seconds used since then. */
  public double cpuSecondsSince(Usage before) {
    return cpu.minus(before.cpu).toNanos() / 1e9;
  }

  /** Of one core, in percent, since then. */
  public double cpuPercentSince(Usage before) {
    return 100.0 * cpu.minus(before.cpu).toNanos() / (at - before.at);
  }

  /** The most memory that they had resident, added up, in MB; NaN where the system does not say. */
  public static double peakResidentMegabytes(List<ManagedProcess> processes) {
    return processes.stream().distinct().mapToDouble(p -> megabytes(p.pid(), "VmHWM:")).sum();
  }

  /** What they have resident now, added up, in MB; NaN where the system does not say. */
  public static double residentMegabytes(List<ManagedProcess> processes) {
    return processes.stream().distinct().mapToDouble(p -> megabytes(p.pid(), "VmRSS:")).sum();
  }

  private static double megabytes(long pid, String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith(name)) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }
}
