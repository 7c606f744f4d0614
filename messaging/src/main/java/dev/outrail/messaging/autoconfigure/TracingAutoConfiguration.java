package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.tracing.MicrometerTraceContextSource;
import dev.outrail.messaging.tracing.TraceContextSource;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Stores Micrometer's current trace with each event, where the application is traced. */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
      // Spring Boot 3
      "org.springframework.boot.actuate.autoconfigure.tracing.MicrometerTracingAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.tracing.OpenTelemetryTracingAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.tracing.BraveAutoConfiguration"
    })
@ConditionalOnClass({Tracer.class, Propagator.class})
public class TracingAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(TraceContextSource.class)
  @ConditionalOnBean({Tracer.class, Propagator.class})
  TraceContextSource micrometerTraceContextSource(Tracer tracer, Propagator propagator) {
    return new MicrometerTraceContextSource(tracer, propagator);
  }
}
