package dev.outrail.order.closing;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.order.CloseReason;
import dev.outrail.order.announcement.OrderEvents;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.ShortTransaction;
import dev.outrail.order.state.StoredOrder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** A user does not want an order any more. Thread-safe. */
@Service
final class CancelOrder {

  private static final Logger log = LoggerFactory.getLogger(CancelOrder.class);

  private final ShortTransaction transaction;
  private final OrderStates states;
  private final Outbox outbox;

  CancelOrder(ShortTransaction transaction, OrderStates states, Outbox outbox) {
    this.transaction = transaction;
    this.states = states;
    this.outbox = outbox;
  }

  /**
   * From unpaid to closed, with one {@code order.closed.v1}, in one transaction that has committed
   * when this returns. Once more it changes nothing and is as good.
   *
   * @throws ApiException ORDER_NOT_EXIST also for someone else's order and for one whose submission
   *     is not finished; ORDER_PAYED; ORDER_EXPIRED if it was closed for another reason
   */
  void cancel(long userId, long orderId) {
    if (transaction.run(() -> tryToCancel(userId, orderId))) {
      log.info("Order {} is cancelled", orderId);
    }
  }

  /** Whether it was this call that cancelled it. */
  private boolean tryToCancel(long userId, long orderId) {
    StoredOrder order = states.lock(List.of(orderId)).get(orderId);
    if (order == null || order.userId() != userId) {
      throw doesNotExist(orderId);
    }
    return switch (order.status()) {
      case SUBMITTED -> throw doesNotExist(orderId);
      case UNPAID -> {
        states.close(List.of(order), CloseReason.CANCELLED, order.asOf());
        outbox.append(OrderEvents.closed(orderId, CloseReason.CANCELLED, order.asOf()));
        yield true;
      }
      case PAID, SHIPPED, SUCCESS ->
          throw new ApiException(
              ResultCode.ORDER_PAYED,
              "order %d is paid and cannot be cancelled".formatted(orderId));
      case CLOSED -> {
        if (order.closeReason() != CloseReason.CANCELLED) {
          throw new ApiException(
              ResultCode.ORDER_EXPIRED, "order %d is closed already".formatted(orderId));
        }
        yield false;
      }
    };
  }

  private static ApiException doesNotExist(long orderId) {
    return new ApiException(
        ResultCode.ORDER_NOT_EXIST, "order %d does not exist".formatted(orderId));
  }
}
