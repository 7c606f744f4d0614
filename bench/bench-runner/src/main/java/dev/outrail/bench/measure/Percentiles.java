package dev.outrail.bench.measure;

import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;

/** Durations, recorded in microseconds to three digits. Not thread-safe. */
public final class Percentiles {

  private static final long MOST_MICROS = 3_600_000_000L;

  private final Histogram histogram = new Histogram(MOST_MICROS, 3);

  /** Less than nothing counts as nothing: an event can be seen before its commit returns. */
  public void record(long micros) {
    histogram.recordValue(Math.max(0, Math.min(micros, MOST_MICROS)));
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /** Gives metrics such as {@code visible_p99_ms}; none if nothing was recorded. */
  public void emit(String name, BiConsumer<String, Double> metric) {
    if (count() == 0) {
      return;
    }
    metric.accept(name + "_p50_ms", histogram.getValueAtPercentile(50) / 1_000.0);
    metric.accept(name + "_p95_ms", histogram.getValueAtPercentile(95) / 1_000.0);
    metric.accept(name + "_p99_ms", histogram.getValueAtPercentile(99) / 1_000.0);
    metric.accept(name + "_max_ms", histogram.getMaxValue() / 1_000.0);
  }
}
