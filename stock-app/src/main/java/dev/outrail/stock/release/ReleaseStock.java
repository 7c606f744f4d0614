package dev.outrail.stock.release;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.ledger.OrderLocks;
import dev.outrail.stock.ledger.ReleasedOrders;
import dev.outrail.stock.ledger.SkuStocks;
import dev.outrail.stock.ledger.StockCount;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.springframework.stereotype.Service;

/** Gives back what is locked for closed orders. Thread-safe. */
@Service
public final class ReleaseStock {

  private final ReleasedOrders released;
  private final OrderLocks locks;
  private final SkuStocks skus;

  ReleaseStock(ReleasedOrders released, OrderLocks locks, SkuStocks skus) {
    this.released = released;
    this.locks = locks;
    this.skus = skus;
  }

  /**
   * Writes a tombstone for each order, sets what is locked for it to released and its pieces free,
   * in the caller's transaction. What was used or released before stays as it is, so the order may
   * come again, under another event id too, and may never have held anything.
   *
   * <p>The number of statements does not depend on the number of events.
   *
   * @throws NotReleasableException if fewer pieces of a SKU are held than its locks say
   * @throws org.springframework.dao.DataAccessException if the database fails; try again
   */
  public void apply(List<ReceivedEvent<OrderClosed>> events) {
    Collection<Long> orderIds = new TreeSet<>();
    events.forEach(event -> orderIds.add(event.payload().orderId()));
    released.add(orderIds);
    List<HeldStock> locked =
        locks.take(orderIds).stream().filter(lock -> lock.status() == LockStatus.LOCKED).toList();
    if (locked.isEmpty()) {
      return;
    }
    StockCount count = skus.take(locked.stream().map(HeldStock::skuId).toList());
    for (HeldStock lock : locked) {
      if (count.held(lock.skuId()) < lock.count()) {
        throw new NotReleasableException(lock);
      }
      count.release(lock.skuId(), lock.count());
    }
    skus.change(count);
    locks.release(orderIds, locked.size());
  }
}
