package dev.outrail.stock.sale;

import dev.outrail.messaging.inbox.ApplyOutcome;
import dev.outrail.messaging.inbox.Inbox;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Sells what a paid order had locked. */
@Service
public final class SellOrder {

  private static final Logger log = LoggerFactory.getLogger(SellOrder.class);

  /** This application's name in the inbox; another one would apply every event again. */
  private static final String CONSUMER = "stock-app";

  private final Inbox inbox;
  private final HeldStocks stocks;

  SellOrder(Inbox inbox, HeldStocks stocks) {
    this.inbox = inbox;
    this.stocks = stocks;
  }

  /**
   * Applies a paid order once, in one transaction: the inbox mark, its locks from locked to used,
   * and their pieces out of {@code lock_stock} and {@code actual_stock}. All SKUs of the order or
   * none.
   *
   * <p>It has committed when this returns; whatever is thrown leaves nothing behind. A crash before
   * the commit leaves nothing either, and the redelivery applies the order. The same order under
   * another event id finds its locks used and deducts nothing.
   *
   * @param eventId the same in each redelivery
   * @throws NotSellableException if nothing is held for the order, or it was released; the event is
   *     not marked, so that it can be replayed once the locks are put right
   * @throws org.springframework.dao.DataAccessException if the database fails; try again
   */
  public ApplyOutcome apply(String eventId, OrderPaid order) {
    ApplyOutcome outcome = inbox.applyOnce(CONSUMER, eventId, () -> sell(order));
    if (outcome == ApplyOutcome.REDELIVERY) {
      log.info("Event {} of order {} was applied before", eventId, order.orderId());
    }
    return outcome;
  }

  /** Locks first, then decides, then changes: nobody can release a lock between the steps. */
  private void sell(OrderPaid order) {
    List<HeldStock> held = stocks.lock(order.orderId());
    Verdict verdict = Verdict.on(held);
    switch (verdict) {
      case SELL -> stocks.sell(order.orderId(), Verdict.locked(held).size());
      case ALREADY_SOLD -> log.info("The stock of order {} is sold already", order.orderId());
      case NOTHING_HELD, RELEASED, STOCK_DIFFERS -> throw new NotSellableException(order, verdict);
    }
  }
}
