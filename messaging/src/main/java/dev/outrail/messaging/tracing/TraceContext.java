package dev.outrail.messaging.tracing;

import org.jspecify.annotations.Nullable;

/**
 * A W3C trace context.
 *
 * @param traceparent header of that name, or null when there is no trace
 * @param tracestate header of that name, or null when there is none
 */
public record TraceContext(@Nullable String traceparent, @Nullable String tracestate) {

  /** No trace. */
  public static final TraceContext NONE = new TraceContext(null, null);

  private static final int MAX_TRACEPARENT = 55;
  private static final int MAX_TRACESTATE = 512;

  /**
   * From headers as they came: an empty one, or one longer than the standard's 55 and 512
   * characters, counts as missing, and a state without a parent too.
   */
  public static TraceContext ofHeaders(@Nullable String traceparent, @Nullable String tracestate) {
    if (!isUsable(traceparent, MAX_TRACEPARENT)) {
      return NONE;
    }
    return new TraceContext(traceparent, isUsable(tracestate, MAX_TRACESTATE) ? tracestate : null);
  }

  private static boolean isUsable(@Nullable String header, int maxLength) {
    return header != null && !header.isEmpty() && header.length() <= maxLength;
  }
}
