package dev.outrail.bench.result.report;

import java.util.Map;

/** What the names of metrics say. */
final class Metrics {

  private static final Map<String, String> UNITS =
      Map.of("ms", "ms", "s", "s", "mb", "MB", "pct", "%", "bytes", "bytes");

  private Metrics() {}

  /** {@code visible_p99_ms} is "visible p99, ms"; {@code payments_per_s} is "payments per s". */
  static String title(String metric) {
    int last = metric.lastIndexOf('_');
    String unit = UNITS.get(metric.substring(last + 1));
    if (last < 0 || unit == null || metric.contains("_per_")) {
      return metric.replace("_bool", "").replace("_events", "").replace('_', ' ');
    }
    return metric.substring(0, last).replace('_', ' ') + ", " + unit;
  }

  /** Whether the value is 1 for yes and 0 for no. */
  static boolean yesOrNo(String metric) {
    return metric.endsWith("_bool");
  }
}
