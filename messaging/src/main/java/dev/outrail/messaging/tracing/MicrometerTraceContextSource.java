package dev.outrail.messaging.tracing;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Takes the trace context from Micrometer Tracing, in W3C form if its propagator writes that. */
public final class MicrometerTraceContextSource implements TraceContextSource {

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
    TraceContext context =
        TraceContext.ofHeaders(headers.get("traceparent"), headers.get("tracestate"));
    return context.equals(TraceContext.NONE) ? Optional.empty() : Optional.of(context);
  }
}
