package dev.outrail.stock.events;

import dev.outrail.messaging.kafka.EventJson;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.stock.sale.NotSellableException;
import dev.outrail.stock.sale.OrderPaid;
import dev.outrail.stock.sale.SellOrder;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Takes paid orders from the topic to the stock. */
@Component
class OrderPaidListener {

  static final String TOPIC = "order-notify-stock";

  /** Counts deliveries of paid orders that could not be sold, by {@code reason}. */
  static final String NOT_SELLABLE = "outrail.stock.not.sellable";

  private static final Logger log = LoggerFactory.getLogger(OrderPaidListener.class);
  private static final String TYPE = "order.paid.v1";

  private final SellOrder sellOrder;
  private final MeterRegistry meters;

  OrderPaidListener(SellOrder sellOrder, MeterRegistry meters) {
    this.sellOrder = sellOrder;
    this.meters = meters;
  }

  /**
   * One message at a time, in the order of its partition.
   *
   * <ol>
   *   <li>Read it; what can never be applied is thrown out as permanent and goes to the dead
   *       letters.
   *   <li>Apply it; the database has committed when this returns. A crash before that leaves
   *       nothing, the message comes again. An order that cannot be sold as it stands goes to the
   *       dead letters as well: an operator has to see it, and the orders behind it must not wait.
   *   <li>Acknowledge. A crash just before it brings the message again, and the inbox knows it.
   * </ol>
   */
  @KafkaListener(id = "stock-app", topics = TOPIC)
  void receive(ConsumerRecord<String, byte[]> message, Acknowledgment acknowledgment) {
    InboundEvent event = InboundEvent.from(message).requireType(TYPE);
    sell(event.id(), EventJson.read(event, OrderPaid.class));
    acknowledgment.acknowledge();
  }

  private void sell(String eventId, OrderPaid order) {
    try {
      sellOrder.apply(eventId, order);
    } catch (NotSellableException e) {
      log.warn("Event {} goes to the dead letters: {}", eventId, e.getMessage());
      meters.counter(NOT_SELLABLE, "reason", e.reason()).increment();
      throw new PermanentMessageException(String.valueOf(e.getMessage()), e);
    }
  }
}
