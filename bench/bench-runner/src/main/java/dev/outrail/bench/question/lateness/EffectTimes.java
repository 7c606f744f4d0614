package dev.outrail.bench.question.lateness;

import dev.outrail.bench.kit.Written;
import dev.outrail.bench.measure.Percentiles;
import dev.outrail.bench.result.Recorder;
import java.util.HashMap;
import java.util.Map;

/** When the effect of each payment had committed. */
record EffectTimes(Map<Long, Long> bySeq) {

  static EffectTimes of(Written effects) {
    Map<Long, Long> bySeq = new HashMap<>();
    for (int i = 0; i < effects.size(); i++) {
      bySeq.put(effects.seq(i), effects.committed(i));
    }
    return new EffectTimes(bySeq);
  }

  /**
   * Notes how late the effects were, and how many there are not.
   *
   * @param counted the number of the first payment that is timed
   */
  void record(Written written, long counted, Recorder recorder) {
    Percentiles effect = new Percentiles();
    long missing = 0;
    for (int i = 0; i < written.size(); i++) {
      Long at = bySeq.get(written.seq(i));
      if (at == null) {
        missing++;
      } else if (written.seq(i) >= counted) {
        effect.record(at - written.committed(i));
      }
    }
    effect.emit("effect", recorder::record);
    recorder.record("effects_missing_events", missing);
  }
}
