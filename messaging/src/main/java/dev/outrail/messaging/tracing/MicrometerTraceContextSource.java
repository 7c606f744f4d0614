package dev.outrail.messaging.tracing;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Takes the trace context from Micrometer Tracing, in W3C form if its propagator writes that. */
public final class MicrometerTraceContextSource implements TraceContextSource {

  private static final int MAX_TRACEPARENT = 55;
  private static final int MAX_TRACESTATE = 512;

  private final Tracer tracer;
  private final Propagator propagator;

  public MicrometerTraceContextSource(Tracer tracer, Propagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  @Override
  public Optional<TraceContext> current() {
    Span span = tracer.currentSpan();
    if (span == null) {
      return Optional.empty();
    }
    Map<String, String> headers = new HashMap<>();
    propagator.inject(span.context(), headers, (carrier, name, value) -> headers.put(name, value));
    String traceparent = headers.get("traceparent");
    if (traceparent == null || traceparent.length() > MAX_TRACEPARENT) {
      return Optional.empty();
    }
    String tracestate = headers.get("tracestate");
    boolean usable =
        tracestate != null && !tracestate.isEmpty() && tracestate.length() <= MAX_TRACESTATE;
    return Optional.of(new TraceContext(traceparent, usable ? tracestate : null));
  }
}
