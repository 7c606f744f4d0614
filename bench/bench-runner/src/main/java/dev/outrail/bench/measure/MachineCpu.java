package dev.outrail.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * CPU that all processes of the machine use together, between two moments. The JVM keeps one
 * earlier moment only, so no two may be watched at a time.
 */
public final class MachineCpu {

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private MachineCpu() {
    system.getCpuLoad();
  }

  /** Watches from now on. */
  public static MachineCpu watch() {
    return new MachineCpu();
  }

  /** Of one core, in percent, since it is watched; NaN where the system does not say. */
  public double percent() {
    double load = system.getCpuLoad();
    return load < 0 ? Double.NaN : 100 * load * system.getAvailableProcessors();
  }
}
