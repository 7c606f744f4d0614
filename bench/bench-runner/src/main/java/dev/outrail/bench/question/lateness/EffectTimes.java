package dev.outrail.bench.question.lateness;

import dev.outrail.bench.kit.Written;
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

  /** 0 if there was none. */
  long of(long seq) {
    return bySeq.getOrDefault(seq, 0L);
  }
}
