package dev.outrail.order.payment;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.listener.OutrailListener;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.order.OrderApplication;
import dev.outrail.order.announcement.OrderEvents;
import dev.outrail.order.announcement.RejectionReason;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.PaidOrder;
import dev.outrail.order.state.StoredOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Sets the orders of payments to paid. Thread-safe. */
@Service
public final class PayOrders {

  private static final Logger log = LoggerFactory.getLogger(PayOrders.class);

  private final OrderStates states;
  private final Outbox outbox;

  PayOrders(OrderStates states, Outbox outbox) {
    this.states = states;
    this.outbox = outbox;
  }

  /**
   * Applies payments in their order, in the open transaction: each order that can be paid becomes
   * paid, and there is one event per order ({@code order.paid.v1}, or {@code
   * order.payment-rejected.v1} for an order that is left as it is), in the trace of its payment.
   * The orders of one payment stand for themselves: some may be paid and others rejected.
   *
   * <p>Locks first, then decides, then changes: nobody can change an order between the steps, and a
   * payment sees what those before it in the list did. The number of statements does not grow with
   * the list (outbox rows: one statement per 500).
   *
   * @param received each for the first time
   * @throws org.springframework.dao.DataAccessException if the database fails; roll back, try again
   */
  @OutrailListener(
      consumer = OrderApplication.CONSUMER,
      topics = "order-notify",
      types = "payment.succeeded.v1")
  public void apply(List<ReceivedEvent<PaymentSucceeded>> received) {
    Decisions decisions = new Decisions(states.lock(orderIds(received)));
    for (ReceivedEvent<PaymentSucceeded> one : received) {
      for (PaymentSucceeded.Part part : one.payload().orders()) {
        decisions.decide(one, part);
      }
    }
    states.pay(decisions.paid);
    outbox.appendAll(decisions.events);
  }

  private static List<Long> orderIds(List<ReceivedEvent<PaymentSucceeded>> received) {
    return received.stream()
        .flatMap(one -> one.payload().orders().stream())
        .map(PaymentSucceeded.Part::orderId)
        .toList();
  }

  /** What has been decided so far; an order is paid once at most. */
  private static final class Decisions {
    private final Map<Long, StoredOrder> orders;
    private final List<PaidOrder> paid = new ArrayList<>();
    private final List<OutboxEvent> events = new ArrayList<>();

    Decisions(Map<Long, StoredOrder> orders) {
      this.orders = orders;
    }

    void decide(ReceivedEvent<PaymentSucceeded> received, PaymentSucceeded.Part part) {
      PaymentSucceeded payment = received.payload();
      StoredOrder order = orders.get(part.orderId());
      switch (Verdict.on(order, payment, part)) {
        case PAY -> pay(received, part);
        case REVIVE -> {
          log.info(
              "Order {} had timed out; payment {} revives it", part.orderId(), payment.payId());
          pay(received, part);
        }
        case ALREADY_DONE ->
            log.info("Order {} is paid by payment {} already", part.orderId(), payment.payId());
        case ORDER_UNKNOWN -> reject(received, part, RejectionReason.ORDER_UNKNOWN);
        case ORDER_CLOSED -> reject(received, part, RejectionReason.ORDER_CLOSED);
        case ORDER_PAID_OTHERWISE -> reject(received, part, RejectionReason.ORDER_PAID_OTHERWISE);
        case AMOUNT_DIFFERS -> reject(received, part, RejectionReason.AMOUNT_DIFFERS);
      }
    }

    private void pay(ReceivedEvent<PaymentSucceeded> received, PaymentSucceeded.Part part) {
      PaymentSucceeded payment = received.payload();
      orders.computeIfPresent(part.orderId(), (id, order) -> order.paidBy(payment.payId()));
      paid.add(new PaidOrder(part.orderId(), payment.payId(), payment.paidAt()));
      events.add(
          OrderEvents.paid(part.orderId(), payment.payId(), payment.paidAt())
              .inTrace(received.event().trace()));
    }

    private void reject(
        ReceivedEvent<PaymentSucceeded> received,
        PaymentSucceeded.Part part,
        RejectionReason reason) {
      long payId = received.payload().payId();
      log.warn("Order {} cannot take payment {}: {}", part.orderId(), payId, reason);
      events.add(
          OrderEvents.paymentRejected(payId, part.orderId(), part.amount(), reason)
              .inTrace(received.event().trace()));
    }
  }
}
