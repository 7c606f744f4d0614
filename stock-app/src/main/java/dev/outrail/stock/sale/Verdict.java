package dev.outrail.stock.sale;

import dev.outrail.stock.LockStatus;
import java.util.List;

/** What becomes of the stock that is held for a paid order. */
enum Verdict {
  /** What is locked becomes used and leaves the stock. */
  SELL,
  /** All of it was used before; nothing is left to do. */
  ALREADY_SOLD,
  /** Not sellable: nothing is held for the order. */
  NOTHING_HELD,
  /** Not sellable: what was held has been released, in part or in whole. */
  RELEASED,
  /** Not sellable: fewer pieces of a SKU are locked than its locks add up to. */
  STOCK_DIFFERS;

  /**
   * Decides; changes nothing.
   *
   * @param held all that is held for the order, locked
   */
  static Verdict on(List<HeldStock> held) {
    if (held.isEmpty()) {
      return NOTHING_HELD;
    }
    if (held.stream().anyMatch(lock -> lock.status() == LockStatus.RELEASED)) {
      return RELEASED;
    }
    List<HeldStock> locked = locked(held);
    if (locked.isEmpty()) {
      return ALREADY_SOLD;
    }
    return locked.stream().allMatch(Verdict::isCovered) ? SELL : STOCK_DIFFERS;
  }

  /** Those of them that are not used yet. */
  static List<HeldStock> locked(List<HeldStock> held) {
    return held.stream().filter(lock -> lock.status() == LockStatus.LOCKED).toList();
  }

  private static boolean isCovered(HeldStock lock) {
    Integer lockStock = lock.lockStock();
    return lockStock != null && lockStock >= lock.count();
  }
}
