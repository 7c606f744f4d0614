package dev.outrail.bench.question.flow;

import java.time.Duration;
import java.util.List;

/**
 * How much is paid.
 *
 * @param warmUp how long payments are made before any is timed, while all JVMs are new
 * @param rates payments a second, one rate after the other
 * @param measured how long each of them
 */
public record FlowPlan(Duration warmUp, List<Integer> rates, Duration measured) {

  public FlowPlan {
    rates = List.copyOf(rates);
  }

  /** The second kind of start finds the JVMs warm but for its own way in. */
  Duration warmUp(Start start) {
    return start == Start.values()[0] ? warmUp : warmUp.dividedBy(4);
  }

  static int payments(int rate, Duration duration) {
    return Math.toIntExact(rate * duration.toMillis() / 1_000);
  }
}
