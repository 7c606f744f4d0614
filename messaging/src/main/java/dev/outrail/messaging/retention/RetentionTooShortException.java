package dev.outrail.messaging.retention;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Marks would be purged whose messages can still be delivered again, and then apply twice. */
public final class RetentionTooShortException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean passes;

  RetentionTooShortException(Duration retention, List<ReplayHorizon> beyond) {
    super(
        "outrail.messaging.inbox.retention is %s, but %s. %s"
            .formatted(
                retention,
                beyond.stream().map(ReplayHorizon::what).collect(Collectors.joining("; and ")),
                remedy(beyond)));
    this.passes = beyond.stream().allMatch(ReplayHorizon::passes);
  }

  /** Whether all that reaches too far back gets less by itself while the application works. */
  boolean passes() {
    return passes;
  }

  private static String remedy(List<ReplayHorizon> beyond) {
    if (beyond.stream().anyMatch(horizon -> horizon.reach() == null)) {
      return "Bound what is unbounded, or leave the retention unset: then nothing is purged.";
    }
    Duration longest =
        beyond.stream().map(ReplayHorizon::reach).max(Duration::compareTo).orElseThrow();
    return "Raise the retention to %s or more, or shorten the others; until then nothing is purged."
        .formatted(longest.plus(ReplayHorizon.MARGIN));
  }
}
