package dev.outrail.order;

import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.tracing.TraceContext;
import java.util.UUID;

/** Events as a listener gets them, for tests that hand them over themselves. */
public final class ReceivedEvents {

  private ReceivedEvents() {}

  /** A new event of a trace of its own. */
  public static <T> ReceivedEvent<T> of(T payload) {
    UUID id = UUID.randomUUID();
    String trace = "00-" + id.toString().replace("-", "") + "-b7ad6b7169203331-01";
    return new ReceivedEvent<>(
        new InboundEvent(
            id.toString(), "any.v1", "key", new byte[0], TraceContext.ofHeaders(trace, null)),
        payload);
  }
}
