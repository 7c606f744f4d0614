package dev.outrail.messaging.retention;

import dev.outrail.messaging.retention.ReplayHorizon.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Compares the inbox's retention with how old an event can be that is delivered again: as old as
 * the oldest that can be published anew, and then as long as a topic keeps it, or its consumer does
 * not read it, whichever is longer (what is unread is in the topic, so the two do not add up); and
 * an hour, for clocks differ and a replay that has begun takes its time. Thread-safe, if the
 * sources are.
 */
public final class RetentionGuard {

  private static final Duration MARGIN = Duration.ofHours(1);

  private final Duration retention;
  private final List<ReplayHorizonSource> sources;

  public RetentionGuard(Duration retention, List<ReplayHorizonSource> sources) {
    this.retention = retention;
    this.sources = List.copyOf(sources);
  }

  /**
   * Asks every source.
   *
   * @throws RetentionTooShortException if what is known reaches further back than the retention;
   *     tells the sum and its parts
   * @throws HorizonUnknownException if it does not so far, but one cannot be asked
   */
  public void check() throws HorizonUnknownException {
    List<ReplayHorizon> known = new ArrayList<>();
    HorizonUnknownException unknown = null;
    for (ReplayHorizonSource source : sources) {
      try {
        known.addAll(source.read());
      } catch (HorizonUnknownException e) {
        unknown = e;
      }
    }
    compare(known);
    if (unknown != null) {
      throw unknown;
    }
  }

  private void compare(List<ReplayHorizon> known) {
    List<ReplayHorizon> endless = known.stream().filter(each -> each.reach() == null).toList();
    if (!endless.isEmpty()) {
      throw RetentionTooShortException.endless(retention, endless);
    }
    List<ReplayHorizon> settings = furthest(known, Kind.PUBLISHED_AGAIN, Kind.KEPT);
    if (!isEnoughFor(settings)) {
      throw RetentionTooShortException.of(retention, settings, MARGIN, false);
    }
    List<ReplayHorizon> lag = furthest(known, Kind.PUBLISHED_AGAIN, Kind.UNREAD);
    if (!isEnoughFor(lag)) {
      throw RetentionTooShortException.of(retention, lag, MARGIN, true);
    }
  }

  private static List<ReplayHorizon> furthest(List<ReplayHorizon> known, Kind... parts) {
    return List.of(parts).stream()
        .map(kind -> furthest(known, kind))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<ReplayHorizon> furthest(List<ReplayHorizon> known, Kind kind) {
    return known.stream()
        .filter(each -> each.kind() == kind)
        .max(Comparator.comparing(RetentionGuard::reachOf));
  }

  private boolean isEnoughFor(List<ReplayHorizon> parts) {
    return sum(parts, MARGIN).compareTo(retention) <= 0;
  }

  static Duration sum(List<ReplayHorizon> parts, Duration margin) {
    return parts.stream().map(RetentionGuard::reachOf).reduce(margin, Duration::plus);
  }

  private static Duration reachOf(ReplayHorizon horizon) {
    return Objects.requireNonNull(horizon.reach());
  }
}
