package dev.outrail.bench.question.flow;

import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Percentiles;
import dev.outrail.bench.result.Recorder;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the payments of one run.
 *
 * @param first number of the first order
 * @param count how many orders
 * @param requests by order: when the request was due and when it was answered
 * @param tailDelay of the commits that were seen
 * @param cpuPercent by process
 * @param undone orders that were not paid and sold in the end, as the databases say
 * @param oversold pieces that were sold more than once, of all runs so far
 */
record FlowFigures(
    long first,
    int count,
    Written requests,
    Sightings sightings,
    Percentiles tailDelay,
    Map<String, Double> cpuPercent,
    long undone,
    long oversold) {

  void recordTo(Recorder recorder) {
    Percentiles total = new Percentiles();
    Percentiles answered = new Percentiles();
    Map<Hop, Percentiles> hops = new EnumMap<>(Hop.class);
    Map<Hop, Long> sums = new EnumMap<>(Hop.class);
    long sum = 0;
    for (int i = 0; i < requests.size(); i++) {
      long due = requests.due(i);
      answered.record(requests.committed(i) - due);
      long before = due;
      for (Hop hop : Hop.values()) {
        Long at = sightings.of(hop, requests.seq(i));
        if (at == null) {
          break; // counted as missing below
        }
        hops.computeIfAbsent(hop, h -> new Percentiles()).record(at - before);
        sums.merge(hop, at - before, Long::sum);
        before = at;
        if (hop == Hop.SOLD) {
          total.record(at - due);
          sum += at - due;
        }
      }
    }
    total.emit("total", recorder::record);
    answered.emit("answered", recorder::record);
    for (Map.Entry<Hop, Percentiles> hop : hops.entrySet()) {
      hop.getValue().emit(hop.getKey().metric(), recorder::record);
      recorder.record(
          hop.getKey().metric() + "_share_pct", 100.0 * sums.getOrDefault(hop.getKey(), 0L) / sum);
    }
    tailDelay.emit("tail_delay", recorder::record);
    cpuPercent.forEach((name, percent) -> recorder.record(name + "_cpu_pct", percent));
    recordCorrectness(recorder);
  }

  private void recordCorrectness(Recorder recorder) {
    recorder.record(
        "achieved_per_s", requests.size() / ((requests.ended() - requests.begun()) / 1e6));
    recorder.record("missing_events", count - sightings.count(Hop.ORDER_PAID_VISIBLE));
    recorder.record("duplicate_events", sightings.repeated());
    recorder.record("effects_missing_events", undone);
    recorder.record("effects_duplicate_events", oversold);
  }
}
