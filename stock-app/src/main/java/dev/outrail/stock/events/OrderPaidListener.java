package dev.outrail.stock.events;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.stock.sale.NotSellableException;
import dev.outrail.stock.sale.OrderPaid;
import dev.outrail.stock.sale.SellOrder;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Takes paid orders from the topic to the stock. */
@Component
class OrderPaidListener {

  static final String ID = "order-paid";
  static final String TOPIC = "order-notify-stock";

  /** Counts deliveries of paid orders that could not be sold, by {@code reason}. */
  static final String NOT_SELLABLE = "outrail.stock.not.sellable";

  private static final Logger log = LoggerFactory.getLogger(OrderPaidListener.class);
  private static final String TYPE = "order.paid.v1";

  private final SellOrder sellOrder;
  private final MeterRegistry meters;
  private final EventBatches<OrderPaid> batches;

  OrderPaidListener(SellOrder sellOrder, MeterRegistry meters, Inbox inbox) {
    this.sellOrder = sellOrder;
    this.meters = meters;
    this.batches = new EventBatches<>(inbox, StockConsumer.NAME, TYPE, OrderPaid.class, this::sell);
  }

  /**
   * A poll in one transaction, in the order of its partitions; acknowledged after the commit.
   *
   * <p>An order that cannot be sold as it stands goes to the dead letters, as does what cannot be
   * read: an operator has to see it, and the orders behind it must not wait.
   */
  @KafkaListener(
      id = ID,
      groupId = StockConsumer.NAME,
      clientIdPrefix = StockConsumer.NAME + "-" + ID,
      topics = TOPIC,
      batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> messages, Acknowledgment acknowledgment) {
    batches.receive(messages, acknowledgment);
  }

  /** Of several, the one that is to blame comes again alone: only that is the last word. */
  private void sell(List<ReceivedEvent<OrderPaid>> events) {
    try {
      sellOrder.apply(events);
    } catch (NotSellableException e) {
      if (events.size() == 1) {
        log.warn("Event {} goes to the dead letters: {}", events.get(0).id(), e.getMessage());
        meters.counter(NOT_SELLABLE, "reason", e.reason()).increment();
      }
      throw new PermanentMessageException(String.valueOf(e.getMessage()), e);
    }
  }
}
