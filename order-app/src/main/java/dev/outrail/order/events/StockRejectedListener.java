package dev.outrail.order.events;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.order.closing.CloseStockGone;
import dev.outrail.order.closing.StockRejected;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Takes word of stock that is gone from the topic to the orders. */
@Component
class StockRejectedListener {

  private static final String TOPIC = "order-stock-rejected";

  private final EventBatches<StockRejected> batches;

  StockRejectedListener(Inbox inbox, CloseStockGone closeStockGone) {
    this.batches =
        new EventBatches<>(
            inbox,
            Consumer.INBOX,
            "order.stock-rejected.v1",
            StockRejected.class,
            closeStockGone::apply);
  }

  /** A poll at a time, in one transaction; see {@link EventBatches}. */
  @KafkaListener(
      id = "order-app-stock-rejected",
      groupId = Consumer.GROUP,
      topics = TOPIC,
      batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> messages, Acknowledgment acknowledgment) {
    batches.receive(messages, acknowledgment);
  }
}
