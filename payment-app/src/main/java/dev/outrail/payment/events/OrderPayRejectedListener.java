package dev.outrail.payment.events;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.payment.refund.ImpossibleRejectionException;
import dev.outrail.payment.refund.Refunds;
import dev.outrail.payment.refund.Rejection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/**
 * Receives the payments that an order could not take. Acknowledged after the commit of effect and
 * inbox row: a crash in between brings the record again, and the inbox knows it.
 */
@Component
class OrderPayRejectedListener {

  private static final Logger log = LoggerFactory.getLogger(OrderPayRejectedListener.class);
  static final String TOPIC = "order-pay-rejected";

  private static final String CONSUMER = "payment-app";

  private final Inbox inbox;
  private final Refunds refunds;

  OrderPayRejectedListener(Inbox inbox, Refunds refunds) {
    this.inbox = inbox;
    this.refunds = refunds;
  }

  /** Started by {@link ListenerStart}. */
  @KafkaListener(
      id = "order-pay-rejected",
      idIsGroup = false,
      topics = TOPIC,
      autoStartup = "false")
  void receive(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) {
    InboundEvent event = InboundEvent.from(record).requireType(Rejection.TYPE);
    try {
      Rejection rejection = Rejection.read(event.payload());
      inbox.applyOnce(CONSUMER, event.id(), () -> refunds.apply(rejection));
    } catch (ImpossibleRejectionException e) {
      log.error("Event {} cannot be applied: {}", event.id(), e.getMessage());
      throw new PermanentMessageException("event %s: %s".formatted(event.id(), e.getMessage()), e);
    }
    acknowledgment.acknowledge();
  }
}
