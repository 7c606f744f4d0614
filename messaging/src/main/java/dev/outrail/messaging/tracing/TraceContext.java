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
}
