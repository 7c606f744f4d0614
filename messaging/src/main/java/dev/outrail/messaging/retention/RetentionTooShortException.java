package dev.outrail.messaging.retention;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Marks would be purged whose messages can still be delivered again, and then apply twice. */
public final class RetentionTooShortException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean passes;

  private RetentionTooShortException(String message, boolean passes) {
    super(message);
    this.passes = passes;
  }

  static RetentionTooShortException endless(Duration retention, List<ReplayHorizon> endless) {
    return new RetentionTooShortException(
        "outrail.messaging.inbox.retention is %s, but %s. Bound what is unbounded, or leave the retention unset: then nothing is purged."
            .formatted(retention, joined(endless, "; and ")),
        false);
  }

  /**
   * @param parts what adds up
   * @param passes whether it gets less by itself while the application works
   */
  static RetentionTooShortException of(
      Duration retention, List<ReplayHorizon> parts, Duration margin, boolean passes) {
    Duration sum = RetentionGuard.sum(parts, margin);
    return new RetentionTooShortException(
        "outrail.messaging.inbox.retention is %s, but an event can come again after %s: %s, and %s to be safe. Raise the retention to %s or more, or shorten the others; until then nothing is purged."
            .formatted(retention, sum, joined(parts, ", then "), margin, sum),
        passes);
  }

  private static String joined(List<ReplayHorizon> horizons, String between) {
    return horizons.stream().map(ReplayHorizon::what).collect(Collectors.joining(between));
  }

  /** Whether it gets less by itself while the application works: only a lag is that long. */
  boolean passes() {
    return passes;
  }
}
