package dev.outrail.order.closing;

import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderStatus;
import dev.outrail.order.announcement.OrderEvents;
import dev.outrail.order.state.OrderStates;
import dev.outrail.order.state.ShortTransaction;
import dev.outrail.order.state.StoredOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Closes orders whose time is up. Several instances may do so at once. Thread-safe. */
@Service
final class CloseOverdue {

  private static final Logger log = LoggerFactory.getLogger(CloseOverdue.class);

  private final ClosingProperties properties;
  private final ShortTransaction transaction;
  private final OrderStates states;
  private final Outbox outbox;

  CloseOverdue(
      ClosingProperties properties,
      ShortTransaction transaction,
      OrderStates states,
      Outbox outbox) {
    this.properties = properties;
    this.transaction = transaction;
    this.states = states;
    this.outbox = outbox;
  }

  /**
   * Closes a batch of orders that were not paid, and one of those whose submission was not
   * finished, in time; each batch in one transaction with its {@code order.closed.v1} events. The
   * database's clock decides. A crash leaves a batch closed and announced, or as it was.
   *
   * <p>An order that somebody else has locked is left out: if it is still overdue then, the next
   * call finds it.
   *
   * @return whether there may be more
   */
  boolean closeSome() {
    int unpaid = transaction.run(() -> close(OrderStatus.UNPAID, properties.payTimeout()));
    int submitted = transaction.run(() -> close(OrderStatus.SUBMITTED, properties.submitTimeout()));
    if (unpaid + submitted > 0) {
      log.info("Timed out: {} unpaid orders, {} unfinished submissions", unpaid, submitted);
    }
    return Math.max(unpaid, submitted) == properties.batchSize();
  }

  private int close(OrderStatus status, Duration age) {
    List<StoredOrder> overdue = states.lockOverdue(status, age, properties.batchSize());
    if (!overdue.isEmpty()) {
      Instant now = overdue.get(0).asOf();
      states.close(overdue, CloseReason.TIMED_OUT, now);
      outbox.appendAll(
          overdue.stream()
              .map(order -> OrderEvents.closed(order.orderId(), CloseReason.TIMED_OUT, now))
              .toList());
    }
    return overdue.size();
  }
}
