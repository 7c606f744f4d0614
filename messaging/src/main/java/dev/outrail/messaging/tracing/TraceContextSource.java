package dev.outrail.messaging.tracing;

import java.util.Optional;

/** Gives the trace context of the calling thread. Called on each append, so it must be cheap. */
@FunctionalInterface
public interface TraceContextSource {

  /** The current context, empty when the thread is not traced. Must not throw. */
  Optional<TraceContext> current();

  /** A source for applications without tracing. */
  static TraceContextSource none() {
    return Optional::empty;
  }
}
