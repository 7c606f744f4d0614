package dev.outrail.stock.sale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.LockStatus;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.ledger.StockCount;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final long PAYMENT = 5;
  private static final long POTS = 1;
  private static final long CUPS = 2;
  private static final HeldStock LOCKED = lock(POTS, LockStatus.LOCKED);
  private static final HeldStock USED = lock(CUPS, LockStatus.USED);
  private static final HeldStock RELEASED = lock(CUPS, LockStatus.RELEASED);

  @Test
  void whatIsLockedIsSold() {
    assertThat(verdict(stock(0, 2), LOCKED)).isEqualTo(Verdict.SELL);
  }

  @Test
  void onlyTheLockedRestOfAnOrderIsSold() {
    assertThat(verdict(stock(0, 2), LOCKED, USED)).isEqualTo(Verdict.SELL);
  }

  @Test
  void whatIsUsedIsSoldAlready() {
    assertThat(verdict(stock(0, 0), USED, lock(POTS, LockStatus.USED)))
        .isEqualTo(Verdict.ALREADY_SOLD);
  }

  @Test
  void anOrderWithoutLocksHoldsNothing() {
    assertThat(verdict(stock(9, 9))).isEqualTo(Verdict.NOTHING_HELD);
  }

  @Test
  void whatWasReleasedIsSoldIfThereIsEnoughOfItAndRejectedIfNot() {
    assertThat(verdict(stock(2, 0), RELEASED)).isEqualTo(Verdict.SELL);
    assertThat(verdict(stock(1, 9), RELEASED)).isEqualTo(Verdict.REJECT);
    assertThat(verdict(stock(2, 2), LOCKED, RELEASED)).isEqualTo(Verdict.SELL);
    assertThat(verdict(stock(1, 2), LOCKED, RELEASED)).isEqualTo(Verdict.REJECT);
  }

  @Test
  void aRejectionIsFinalForItsPaymentOnly() {
    HeldStock rejected = new HeldStock(7, CUPS, 2, LockStatus.RELEASED, PAYMENT);

    assertThat(verdict(stock(9, 0), rejected)).isEqualTo(Verdict.ALREADY_REJECTED);
    assertThat(Verdict.on(List.of(rejected), PAYMENT + 1, stock(9, 0))).isEqualTo(Verdict.SELL);
  }

  @Test
  void locksThatTheStockDoesNotCoverAreNotSold() {
    assertThat(verdict(stock(9, 1), LOCKED)).isEqualTo(Verdict.STOCK_DIFFERS);
    assertThat(verdict(stock(9, 1), LOCKED, RELEASED)).isEqualTo(Verdict.STOCK_DIFFERS);
    assertThat(verdict(new StockCount(), LOCKED)).isEqualTo(Verdict.STOCK_DIFFERS);
    assertThat(verdict(new StockCount(), RELEASED)).isEqualTo(Verdict.STOCK_DIFFERS);
  }

  @Test
  void anOrderThatIsSoldInPartIsNotRejected() {
    assertThat(verdict(stock(1, 0), lock(POTS, LockStatus.USED), RELEASED))
        .isEqualTo(Verdict.STOCK_DIFFERS);
  }

  @Test
  void earlierOrdersOfTheBatchCount() {
    StockCount count = stock(3, 0);
    count.sellFree(CUPS, 2);

    assertThat(verdict(count, RELEASED)).isEqualTo(Verdict.REJECT);
  }

  private static Verdict verdict(StockCount count, HeldStock... held) {
    return Verdict.on(List.of(held), PAYMENT, count);
  }

  /** Of pots and cups each. */
  private static StockCount stock(int free, int held) {
    StockCount count = new StockCount();
    count.read(POTS, free, held);
    count.read(CUPS, free, held);
    return count;
  }

  private static HeldStock lock(long skuId, LockStatus status) {
    return new HeldStock(7, skuId, 2, status, null);
  }
}
