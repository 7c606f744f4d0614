package dev.outrail.order.events;

import dev.outrail.messaging.kafka.EventJson;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.order.payment.PayOrders;
import dev.outrail.order.payment.PaymentSucceeded;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/** Takes payments from the topic to the orders. */
@Component
class PaymentListener {

  static final String TOPIC = "order-notify";

  private static final String TYPE = "payment.succeeded.v1";

  private final PayOrders payOrders;

  PaymentListener(PayOrders payOrders) {
    this.payOrders = payOrders;
  }

  /**
   * One message at a time, in the order of its partition.
   *
   * <ol>
   *   <li>Read it; what can never be applied is thrown out as permanent and goes to the dead
   *       letters.
   *   <li>Apply it; the database has committed when this returns. A crash before that leaves
   *       nothing, the message comes again.
   *   <li>Acknowledge. A crash just before it brings the message again, and the inbox knows it.
   * </ol>
   */
  @KafkaListener(id = "order-app", topics = TOPIC)
  void receive(ConsumerRecord<String, byte[]> message, Acknowledgment acknowledgment) {
    InboundEvent event = InboundEvent.from(message).requireType(TYPE);
    payOrders.apply(event.id(), EventJson.read(event, PaymentSucceeded.class));
    acknowledgment.acknowledge();
  }
}
