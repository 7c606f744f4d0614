package dev.outrail.order.submit;

import dev.outrail.mall.api.ApiException;
import dev.outrail.mall.api.ResultCode;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.order.CloseReason;
import dev.outrail.order.announcement.OrderCreated;
import dev.outrail.order.announcement.OrderEvents;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.ShortTransaction;
import dev.outrail.order.state.StoredOrder;
import dev.outrail.order.stock.LockOutcome;
import dev.outrail.order.stock.LockRequest;
import dev.outrail.order.stock.StockApp;
import dev.outrail.order.stock.StockAppUnavailableException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Carries a submission to its end. Thread-safe. */
@Service
class SubmitOrders {

  private static final Logger log = LoggerFactory.getLogger(SubmitOrders.class);

  private final FirstSubmission firstSubmission;
  private final Submissions submissions;
  private final StockApp stockApp;
  private final OrderStates states;
  private final ShortTransaction transaction;
  private final Outbox outbox;

  SubmitOrders(
      FirstSubmission firstSubmission,
      Submissions submissions,
      StockApp stockApp,
      OrderStates states,
      ShortTransaction transaction,
      Outbox outbox) {
    this.firstSubmission = firstSubmission;
    this.submissions = submissions;
    this.stockApp = stockApp;
    this.states = states;
    this.transaction = transaction;
    this.outbox = outbox;
  }

  /**
   * Orders what is wanted; once for a user's key, whatever is repeated, concurrent or cut off. No
   * transaction is open but in steps 1 and 3.
   *
   * <ol>
   *   <li>Write submission, orders and items; the orders are submitted, which nobody else may see.
   *       A crash up to here leaves nothing, or an order number that no order has.
   *   <li>Have stock-app lock for them, all or nothing. A crash after step 1 or 2, or no answer,
   *       leaves the orders submitted: the same key goes on from here, and if nobody asks again in
   *       time they are closed, and stock-app releases what it may have locked.
   *   <li>Open the orders, or close them if there is not enough, with their events. A crash after
   *       it leaves a finished submission, and the same key gets its answer.
   * </ol>
   *
   * @return the ids of the orders, ascending
   * @throws NotStockException if there is not enough of something
   * @throws ApiException if it cannot be ordered like this, the key stands for other items, the
   *     orders are closed meanwhile, or something that is needed does not answer
   */
  List<Long> submit(long userId, IdempotencyKey key, WantedItems wanted) {
    Submission submission = firstSubmission.findOrAdd(userId, key, wanted);
    if (!submission.isFor(wanted)) {
      throw ApiException.refused(
          ResultCode.INVALID_ARGUMENT,
          409,
          "%s '%s' was used for other items before: use a new one"
              .formatted(IdempotencyKey.HEADER, key.value()));
    }
    Progress progress = Progress.of(states.read(submission.orderIds()).values());
    if (progress == Progress.SUBMITTED) {
      List<OrderCreated> orders = submissions.orders(submission.orderIds());
      LockOutcome outcome = lock(orders);
      progress = transaction.run(() -> end(userId, key, orders, outcome));
    }
    return switch (progress) {
      case OPENED -> submission.orderIds();
      case NOT_STOCK ->
          throw new NotStockException(
              submissions.find(userId, key).map(Submission::missingSkuIds).orElse(List.of()));
      case CLOSED, SUBMITTED ->
          throw new ApiException(
              ResultCode.ORDER_EXPIRED,
              "the orders of this submission are closed: submit anew with a new "
                  + IdempotencyKey.HEADER);
    };
  }

  private LockOutcome lock(List<OrderCreated> orders) {
    try {
      return stockApp.lock(
          new LockRequest(
              orders.stream()
                  .map(order -> new LockRequest.Order(order.orderId(), items(order)))
                  .toList()));
    } catch (StockAppUnavailableException e) {
      throw ApiException.unavailable(
          "the stock cannot be asked now: submit again with the same " + IdempotencyKey.HEADER, e);
    }
  }

  private static List<LockRequest.Item> items(OrderCreated order) {
    return order.items().stream()
        .map(item -> new LockRequest.Item(item.skuId(), item.count()))
        .toList();
  }

  /**
   * Somebody else may have ended the submission meanwhile: a request with the same key, or the
   * time-out. Then that stands, and what stock-app has locked is used or released accordingly.
   */
  private Progress end(
      long userId, IdempotencyKey key, List<OrderCreated> orders, LockOutcome outcome) {
    List<Long> orderIds = orders.stream().map(OrderCreated::orderId).toList();
    Collection<StoredOrder> locked = states.lock(orderIds).values();
    Progress progress = Progress.of(locked);
    if (progress != Progress.SUBMITTED) {
      return progress;
    }
    return switch (outcome.kind()) {
      case LOCKED -> {
        states.open(orderIds);
        outbox.appendAll(orders.stream().map(OrderEvents::created).toList());
        yield Progress.OPENED;
      }
      case NOT_STOCK -> {
        close(List.copyOf(locked));
        submissions.noteMissing(userId, key, outcome.missingSkuIds());
        yield Progress.NOT_STOCK;
      }
      case ORDER_CLOSED -> {
        log.error(
            "stock-app has released orders {}, which are open here: they are left to the time-out",
            orderIds);
        yield Progress.CLOSED;
      }
    };
  }

  private void close(List<StoredOrder> orders) {
    Instant now = orders.get(0).asOf();
    states.close(orders, CloseReason.NOT_STOCK, now);
    outbox.appendAll(
        orders.stream()
            .map(order -> OrderEvents.closed(order.orderId(), CloseReason.NOT_STOCK, now))
            .toList());
  }
}
