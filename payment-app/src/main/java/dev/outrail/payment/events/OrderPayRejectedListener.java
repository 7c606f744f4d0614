package dev.outrail.payment.events;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.payment.refund.ImpossibleRejectionException;
import dev.outrail.payment.refund.Refunds;
import dev.outrail.payment.refund.Rejection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/**
 * Receives the payments that an order could not take, a poll at a time. Acknowledged after the
 * commit of effects and inbox rows: a crash in between brings the records again, and the inbox
 * knows them.
 */
@Component
class OrderPayRejectedListener {

  static final String TOPIC = "order-pay-rejected";

  private static final String CONSUMER = "payment-app";

  private final Refunds refunds;
  private final EventBatches<Rejection> batches;

  OrderPayRejectedListener(Inbox inbox, Refunds refunds) {
    this.refunds = refunds;
    this.batches =
        new EventBatches<>(inbox, CONSUMER, Rejection.TYPE, Rejection.class, this::apply);
  }

  @KafkaListener(id = "order-pay-rejected", idIsGroup = false, topics = TOPIC, batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> records, Acknowledgment acknowledgment) {
    batches.receive(records, acknowledgment);
  }

  private void apply(List<ReceivedEvent<Rejection>> events) {
    try {
      refunds.apply(events.stream().map(ReceivedEvent::payload).toList());
    } catch (ImpossibleRejectionException e) {
      throw new PermanentMessageException(String.valueOf(e.getMessage()), e);
    }
  }
}
