package dev.outrail.bench.outrail.consumer;

import dev.outrail.bench.kit.Micros;
import dev.outrail.messaging.inbox.ApplyOutcome;
import dev.outrail.messaging.inbox.Inbox;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Applies the payments of a poll and acknowledges them. Not {@code @OutrailListener}: that insists
 * on headers that other contenders do not write.
 */
class PaymentListener {

  static final String ID = "payments";

  private static final String INBOX = "bench-consumer";

  private final Apply apply;
  private final Inbox inbox;
  private final PaidOrders orders;
  private final EffectsBook book;

  PaymentListener(Apply apply, Inbox inbox, PaidOrders orders, EffectsBook book) {
    this.apply = apply;
    this.inbox = inbox;
    this.orders = orders;
    this.book = book;
  }

  @KafkaListener(id = ID, topics = "${bench.topic}", groupId = "${bench.group}", batch = "true")
  void receive(List<ConsumerRecord<String, byte[]>> messages, Acknowledgment acknowledgment) {
    long arrived = Micros.now();
    List<ArrivedPayment> payments = messages.stream().map(ArrivedPayment::of).toList();
    switch (apply) {
      case BATCH -> applyAll(payments, arrived);
      case SINGLE -> payments.forEach(payment -> applyOne(payment, arrived));
    }
    acknowledgment.acknowledge();
  }

  private void applyAll(List<ArrivedPayment> payments, long arrived) {
    List<ApplyOutcome> outcomes =
        inbox.applyBatch(INBOX, payments, ArrivedPayment::messageId, orders::pay);
    long committed = Micros.now();
    for (int i = 0; i < payments.size(); i++) {
      record(payments.get(i), outcomes.get(i), arrived, committed);
    }
  }

  private void applyOne(ArrivedPayment payment, long arrived) {
    ApplyOutcome outcome =
        inbox.applyOnce(INBOX, payment.messageId(), () -> orders.pay(List.of(payment)));
    record(payment, outcome, arrived, Micros.now());
  }

  private void record(ArrivedPayment payment, ApplyOutcome outcome, long arrived, long committed) {
    switch (outcome) {
      case APPLIED -> book.applied(payment.seq(), arrived, committed);
      case REDELIVERY -> book.redelivered();
    }
  }
}
