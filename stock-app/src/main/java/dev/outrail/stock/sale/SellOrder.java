package dev.outrail.stock.sale;

import dev.outrail.messaging.kafka.ReceivedEvent;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.ledger.OrderLocks;
import dev.outrail.stock.ledger.SkuStocks;
import java.util.List;
import org.springframework.stereotype.Service;

/** Sells what paid orders had locked. Thread-safe. */
@Service
public final class SellOrder {

  private final OrderLocks locks;
  private final SkuStocks skus;
  private final Outbox outbox;

  SellOrder(OrderLocks locks, SkuStocks skus, Outbox outbox) {
    this.locks = locks;
    this.skus = skus;
    this.outbox = outbox;
  }

  /**
   * Applies paid orders in the caller's transaction, each wholly or not at all: its locks become
   * used, their pieces sold. What was released meanwhile (the order had timed out, the payment came
   * late) is locked again and sold at once; if there is not enough of it any more, nothing of the
   * order changes, {@code order.stock-rejected.v1} is appended, and that stays so.
   *
   * <p>The same order under another event id finds its locks used, or its payment rejected, and
   * changes nothing. Orders are decided in the order of the list, as if each came alone; the number
   * of statements does not depend on how many they are.
   *
   * <ol>
   *   <li>Take the locks of all orders, then the stock of all SKUs: nobody can sell or release in
   *       between. In which order and why: {@link dev.outrail.stock.ledger}.
   *   <li>Decide in memory.
   *   <li>Write what came out, each update's count checked.
   * </ol>
   *
   * @throws NotSellableException if an order cannot be sold or rejected; says which and why
   * @throws org.springframework.dao.DataAccessException if the database fails; try again
   */
  public void apply(List<ReceivedEvent<OrderPaid>> events) {
    List<HeldStock> held =
        locks.take(events.stream().map(event -> event.payload().orderId()).toList());
    Sale sale = new Sale(held, skus.take(held.stream().map(HeldStock::skuId).toList()));
    events.forEach(sale::decide);
    write(sale);
  }

  private void write(Sale sale) {
    skus.change(sale.count());
    if (!sale.sold().isEmpty()) {
      locks.use(sale.sold(), sale.locksToUse());
    }
    if (!sale.rejected().isEmpty()) {
      locks.reject(sale.rejected(), sale.locksOfRejected());
      outbox.appendAll(sale.rejections());
    }
  }
}
