package dev.outrail.stock;

import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.stock.release.OrderClosed;
import dev.outrail.stock.sale.OrderPaid;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Instant;

/** Events as a listener hands them on. */
public final class Events {

  private Events() {}

  public static ReceivedEvent<OrderPaid> paid(long orderId, long payId) {
    return new ReceivedEvent<>(
        event(orderId, "order.paid.v1"), new OrderPaid(orderId, payId, Instant.EPOCH));
  }

  public static ReceivedEvent<OrderClosed> closed(long orderId) {
    return new ReceivedEvent<>(
        event(orderId, "order.closed.v1"), new OrderClosed(orderId, "TIMED_OUT", Instant.EPOCH));
  }

  private static InboundEvent event(long orderId, String type) {
    return new InboundEvent(
        ConsumedTopic.newEventId(), type, Long.toString(orderId), new byte[0], TraceContext.NONE);
  }
}
