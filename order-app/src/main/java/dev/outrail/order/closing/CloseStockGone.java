package dev.outrail.order.closing;

import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.listener.OutrailListener;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderApplication;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.announcement.OrderEvents;
import dev.outrail.order.announcement.RejectionReason;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.StoredOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Takes back paid orders that stock-app has nothing left for. Thread-safe. */
@Service
public final class CloseStockGone {

  private static final Logger log = LoggerFactory.getLogger(CloseStockGone.class);

  private final OrderStates states;
  private final Outbox outbox;

  CloseStockGone(OrderStates states, Outbox outbox) {
    this.states = states;
    this.outbox = outbox;
  }

  /**
   * In the open transaction, from paid by that payment to closed, with the rejection of the payment
   * ({@code order.payment-rejected.v1}: the payer gets the order's total back) and {@code
   * order.closed.v1}, both in the trace of what was received. An order that has been taken back
   * before stays as it is. The number of statements does not grow with the list.
   *
   * @param received each for the first time
   * @throws PermanentMessageException if one is about an order that is not paid by that payment:
   *     the two applications' tables contradict each other, and nothing is changed
   * @throws org.springframework.dao.DataAccessException if the database fails; roll back, try again
   */
  @OutrailListener(
      consumer = OrderApplication.CONSUMER,
      topics = "order-stock-rejected",
      types = "order.stock-rejected.v1")
  public void apply(List<ReceivedEvent<StockRejected>> received) {
    Map<Long, StoredOrder> orders =
        states.lock(received.stream().map(one -> one.payload().orderId()).toList());
    List<StoredOrder> gone = new ArrayList<>();
    List<OutboxEvent> events = new ArrayList<>();
    for (ReceivedEvent<StockRejected> one : received) {
      StockRejected rejected = one.payload();
      StoredOrder order = orders.get(rejected.orderId());
      if (order != null && isPaid(order, rejected.payId())) {
        log.warn("Order {}, paid by {}, has no stock left", order.orderId(), rejected.payId());
        gone.add(order);
        orders.put(order.orderId(), order.closed(CloseReason.STOCK_GONE));
        events.add(rejection(order, rejected).inTrace(one.event().trace()));
        events.add(closed(order).inTrace(one.event().trace()));
      } else if (order == null || order.closeReason() != CloseReason.STOCK_GONE) {
        throw new PermanentMessageException(
            ("event %s says that payment %d paid order %d, which is %s: find out whether stock-app"
                    + " or order-app is right")
                .formatted(one.id(), rejected.payId(), rejected.orderId(), describe(order)));
      }
    }
    if (!gone.isEmpty()) {
      states.close(gone, CloseReason.STOCK_GONE, gone.get(0).asOf());
    }
    outbox.appendAll(events);
  }

  private static boolean isPaid(StoredOrder order, long payId) {
    Long paidBy = order.payId();
    return order.status() == OrderStatus.PAID && paidBy != null && paidBy == payId;
  }

  private static OutboxEvent rejection(StoredOrder order, StockRejected rejected) {
    return OrderEvents.paymentRejected(
        rejected.payId(), order.orderId(), order.total(), RejectionReason.STOCK_GONE);
  }

  private static OutboxEvent closed(StoredOrder order) {
    return OrderEvents.closed(order.orderId(), CloseReason.STOCK_GONE, order.asOf());
  }

  private static String describe(@Nullable StoredOrder order) {
    return order == null
        ? "not there"
        : order.status() + (order.payId() == null ? "" : " by payment " + order.payId());
  }
}
