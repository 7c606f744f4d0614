package dev.outrail.messaging.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far back something can deliver events again.
 *
 * @param what for people, such as {@code "topic order-notify keeps records for PT168H"}
 * @param reach the age of the oldest event that can still come; null if there is no bound
 * @param passes whether it gets less by itself while the application works, as a lag does
 */
public record ReplayHorizon(String what, @Nullable Duration reach, boolean passes) {

  /** Clocks differ, and a replay that has begun takes its time. */
  static final Duration MARGIN = Duration.ofHours(1);

  /** One that stays until somebody changes a setting. */
  public ReplayHorizon(String what, @Nullable Duration reach) {
    this(what, reach, false);
  }

  boolean isWithin(Duration retention) {
    return reach != null && reach.plus(MARGIN).compareTo(retention) <= 0;
  }
}
