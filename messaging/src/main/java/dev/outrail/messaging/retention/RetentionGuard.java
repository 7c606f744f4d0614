package dev.outrail.messaging.retention;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the inbox's retention with all that can deliver an event again: what is younger than the
 * furthest horizon must be remembered. Thread-safe, if the sources are.
 */
public final class RetentionGuard {

  private final Duration retention;
  private final List<ReplayHorizonSource> sources;

  public RetentionGuard(Duration retention, List<ReplayHorizonSource> sources) {
    this.retention = retention;
    this.sources = List.copyOf(sources);
  }

  /**
   * Asks every source.
   *
   * @throws RetentionTooShortException if one reaches further back than the retention; tells both
   *     figures
   * @throws HorizonUnknownException if none does so far, but one cannot be asked
   */
  public void check() throws HorizonUnknownException {
    List<ReplayHorizon> beyond = new ArrayList<>();
    HorizonUnknownException unknown = null;
    for (ReplayHorizonSource source : sources) {
      try {
        source.read().stream().filter(each -> !each.isWithin(retention)).forEach(beyond::add);
      } catch (HorizonUnknownException e) {
        unknown = e;
      }
    }
    if (!beyond.isEmpty()) {
      throw new RetentionTooShortException(retention, beyond);
    }
    if (unknown != null) {
      throw unknown;
    }
  }
}
