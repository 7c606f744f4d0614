package dev.outrail.stock.events;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.stock.release.NotReleasableException;
import dev.outrail.stock.release.OrderClosed;
import dev.outrail.stock.release.ReleaseStock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Takes closed orders from the topic to the stock. */
@Component
class OrderClosedListener {

  static final String ID = "order-closed";
  static final String TOPIC = "order-closed";

  /** Counts deliveries of closed orders whose stock could not be released. */
  static final String NOT_RELEASABLE = "outrail.stock.not.releasable";

  private static final Logger log = LoggerFactory.getLogger(OrderClosedListener.class);
  private static final String TYPE = "order.closed.v1";

  private final ReleaseStock releaseStock;
  private final MeterRegistry meters;
  private final EventBatches<OrderClosed> batches;

  OrderClosedListener(ReleaseStock releaseStock, MeterRegistry meters, Inbox inbox) {
    this.releaseStock = releaseStock;
    this.meters = meters;
    this.batches =
        new EventBatches<>(inbox, StockConsumer.NAME, TYPE, OrderClosed.class, this::release);
  }

  /**
   * A poll in one transaction, in the order of its partitions; acknowledged after the commit. What
   * cannot be read or released goes to the dead letters.
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
  private void release(List<ReceivedEvent<OrderClosed>> events) {
    try {
      releaseStock.apply(events);
    } catch (NotReleasableException e) {
      if (events.size() == 1) {
        log.warn("Event {} goes to the dead letters: {}", events.get(0).id(), e.getMessage());
        meters.counter(NOT_RELEASABLE).increment();
      }
      throw new PermanentMessageException(String.valueOf(e.getMessage()), e);
    }
  }
}
