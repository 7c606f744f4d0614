package dev.outrail.order.payment;

import dev.outrail.messaging.inbox.ApplyOutcome;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Sets the orders of a payment to paid. */
@Service
public final class PayOrders {

  private static final Logger log = LoggerFactory.getLogger(PayOrders.class);

  /** This application's name in the inbox; another one would apply every payment again. */
  private static final String CONSUMER = "order-app";

  private final Inbox inbox;
  private final Outbox outbox;
  private final PayableOrders orders;

  PayOrders(Inbox inbox, Outbox outbox, PayableOrders orders) {
    this.inbox = inbox;
    this.outbox = outbox;
    this.orders = orders;
  }

  /**
   * Applies a payment once, in one transaction: the inbox mark, each order that can still be paid
   * from unpaid to paid, and one event per order ({@code order.paid.v1}, or {@code
   * order.payment-rejected.v1} for an order that is left as it is). The orders of one payment stand
   * for themselves: some may be paid and others rejected.
   *
   * <p>It has committed when this returns; whatever is thrown leaves nothing behind. A crash before
   * the commit leaves nothing either, and the redelivery applies the payment.
   *
   * @param eventId the same in each redelivery
   * @throws org.springframework.dao.DataAccessException if the database fails; try again
   */
  public ApplyOutcome apply(String eventId, PaymentSucceeded payment) {
    ApplyOutcome outcome = inbox.applyOnce(CONSUMER, eventId, () -> pay(payment));
    if (outcome == ApplyOutcome.REDELIVERY) {
      log.info("Event {} of payment {} was applied before", eventId, payment.payId());
    }
    return outcome;
  }

  /** Locks first, then decides, then changes: nobody can change an order between the steps. */
  private void pay(PaymentSucceeded payment) {
    List<Long> orderIds = payment.orders().stream().map(PaymentSucceeded.Part::orderId).toList();
    Map<Long, StoredOrder> stored = orders.lock(orderIds);
    List<Long> payable = new ArrayList<>();
    List<OutboxEvent> events = new ArrayList<>();
    for (PaymentSucceeded.Part part : payment.orders()) {
      Verdict verdict = Verdict.on(stored.get(part.orderId()), payment, part);
      switch (verdict) {
        case PAY -> {
          payable.add(part.orderId());
          events.add(OrderEvents.paid(payment, part.orderId()));
        }
        case ORDER_UNKNOWN, ORDER_CLOSED, ORDER_PAID_OTHERWISE, AMOUNT_DIFFERS -> {
          log.warn("Order {} cannot take payment {}: {}", part.orderId(), payment.payId(), verdict);
          events.add(OrderEvents.rejected(payment, part, verdict));
        }
        case ALREADY_DONE ->
            log.info("Order {} is paid by payment {} already", part.orderId(), payment.payId());
      }
    }
    orders.pay(payable, payment.payId(), payment.paidAt());
    outbox.appendAll(events);
  }
}
