package dev.outrail.stock.sale;

import dev.outrail.stock.LockStatus;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.ledger.StockCount;
import java.util.List;
import java.util.Objects;

/** What becomes of the stock that is, or was, held for a paid order. */
enum Verdict {
  /**
   * What is locked, and what was released and is still there, becomes used and leaves the stock.
   */
  SELL,
  /** All of it was used before; nothing is left to do. */
  ALREADY_SOLD,
  /** What was released is there no more: the payment is rejected. */
  REJECT,
  /** This payment was rejected before, which is final, whatever stock came in since. */
  ALREADY_REJECTED,
  /** Not sellable: nothing was ever held for the order. */
  NOTHING_HELD,
  /** Not sellable: the stock does not cover what is locked, or part of the order is sold. */
  STOCK_DIFFERS;

  /**
   * Decides; changes nothing.
   *
   * @param held all that is, or was, held for the order, taken
   * @param count the stock of its SKUs as it is when all earlier orders are done
   */
  static Verdict on(List<HeldStock> held, long payId, StockCount count) {
    if (held.isEmpty()) {
      return NOTHING_HELD;
    }
    if (held.stream().allMatch(lock -> lock.status() == LockStatus.USED)) {
      return ALREADY_SOLD;
    }
    if (held.stream().anyMatch(lock -> Objects.equals(lock.rejectedPayId(), payId))) {
      return ALREADY_REJECTED;
    }
    if (!held.stream().allMatch(lock -> isCovered(lock, count))) {
      return STOCK_DIFFERS;
    }
    if (held.stream().allMatch(lock -> isThere(lock, count))) {
      return SELL;
    }
    // A rejection says that nothing was sold.
    boolean partlySold = held.stream().anyMatch(lock -> lock.status() == LockStatus.USED);
    return partlySold ? STOCK_DIFFERS : REJECT;
  }

  private static boolean isCovered(HeldStock lock, StockCount count) {
    return switch (lock.status()) {
      case LOCKED -> count.held(lock.skuId()) >= lock.count();
      case RELEASED -> count.knows(lock.skuId());
      case USED -> true;
    };
  }

  private static boolean isThere(HeldStock lock, StockCount count) {
    return lock.status() != LockStatus.RELEASED || count.free(lock.skuId()) >= lock.count();
  }
}
