package dev.outrail.bench.question.drain;

import dev.outrail.bench.result.Recorder;

/**
 * What one contender published of a backlog.
 *
 * @param seconds from the first event seen to the last
 * @param cpuSeconds of its processes, their start included
 */
record DrainResult(
    long events,
    double seconds,
    double cpuSeconds,
    double mysqldCpuSeconds,
    double peakMegabytes,
    boolean complete,
    long missing,
    long duplicates,
    long reordered) {

  void record(Recorder recorder) {
    recorder.record("rate_per_s", seconds > 0 ? events / seconds : 0);
    recorder.record("seconds_s", seconds);
    recorder.record("cpu_s_per_million", perMillion(cpuSeconds));
    recorder.record("mysqld_cpu_s_per_million", perMillion(mysqldCpuSeconds));
    recorder.record("peak_rss_mb", peakMegabytes);
    recorder.record("drained_events", events);
    recorder.record("complete_bool", complete ? 1 : 0);
    recorder.record("missing_events", missing);
    recorder.record("duplicate_events", duplicates);
    recorder.record("reordered_events", reordered);
  }

  private double perMillion(double cpu) {
    return events == 0 ? Double.NaN : cpu * 1e6 / events;
  }
}
