package dev.outrail.order.events;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.kafka.EventBatches;
import dev.outrail.order.payment.PayOrders;
import dev.outrail.order.payment.PaymentSucceeded;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Takes payments from the topic to the orders. */
@Component
class PaymentListener {

  static final String TOPIC = "order-notify";

  private final EventBatches<PaymentSucceeded> batches;

  PaymentListener(Inbox inbox, PayOrders payOrders) {
    this.batches =
        new EventBatches<>(
            inbox,
            Consumer.INBOX,
            "payment.succeeded.v1",
            PaymentSucceeded.class,
            payOrders::apply);
  }

  /** A poll at a time, in one transaction; see {@link EventBatches}. */
  @KafkaListener(id = "order-app", groupId = Consumer.GROUP, topics = TOPIC, batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> messages, Acknowledgment acknowledgment) {
    batches.receive(messages, acknowledgment);
  }
}
