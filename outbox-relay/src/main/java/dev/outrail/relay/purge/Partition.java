package dev.outrail.relay.purge;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partition as MySQL describes it.
 *
 * @param method RANGE if the table suits the purge
 * @param expression over what it ranges
 * @param bound the first value that is no longer in it, or MAXVALUE
 */
record Partition(
    String name, @Nullable String method, @Nullable String expression, @Nullable String bound) {

  private static final Set<String> SECONDS =
      Set.of("unix_timestamp(created_at)", "floor(unix_timestamp(created_at))");
  private static final String DAYS = "to_days(created_at)";

  /** Whether it ranges over the time at which rows were written. */
  boolean byCreatedAt() {
    return "RANGE".equals(method) && (bySeconds() || normalised().equals(DAYS));
  }

  boolean bySeconds() {
    return SECONDS.contains(normalised());
  }

  /**
   * Whether all rows in it are older than the cutoff, which is given in both units that a bound may
   * have.
   */
  boolean whollyBefore(long cutoffSeconds, long cutoffDay) {
    if (bound == null || bound.equals("MAXVALUE")) {
      return false;
    }
    return Long.parseLong(bound) <= (bySeconds() ? cutoffSeconds : cutoffDay);
  }

  /** Whether no row behind it is older than the given time, in both units. */
  boolean endsAtOrAfter(long seconds, long day) {
    return bound != null
        && !bound.equals("MAXVALUE")
        && Long.parseLong(bound) >= (bySeconds() ? seconds : day);
  }

  String quoted() {
    return "`" + name.replace("`", "``") + "`";
  }

  private String normalised() {
    return expression == null
        ? ""
        : expression.replace("`", "").replace(" ", "").toLowerCase(Locale.ROOT);
  }
}
