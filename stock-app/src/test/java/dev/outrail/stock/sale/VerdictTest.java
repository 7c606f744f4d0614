package dev.outrail.stock.sale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.LockStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final HeldStock LOCKED = new HeldStock(1, 2, LockStatus.LOCKED, 2);
  private static final HeldStock USED = new HeldStock(2, 2, LockStatus.USED, 0);
  private static final HeldStock RELEASED = new HeldStock(3, 2, LockStatus.RELEASED, 9);

  @Test
  void whatIsLockedIsSold() {
    assertThat(Verdict.on(List.of(LOCKED))).isEqualTo(Verdict.SELL);
  }

  @Test
  void onlyTheLockedRestOfAnOrderIsSold() {
    assertThat(Verdict.on(List.of(LOCKED, USED))).isEqualTo(Verdict.SELL);
    assertThat(Verdict.locked(List.of(LOCKED, USED))).containsExactly(LOCKED);
  }

  @Test
  void whatIsUsedIsSoldAlready() {
    assertThat(Verdict.on(List.of(USED, USED))).isEqualTo(Verdict.ALREADY_SOLD);
  }

  @Test
  void anOrderWithoutLocksHoldsNothing() {
    assertThat(Verdict.on(List.of())).isEqualTo(Verdict.NOTHING_HELD);
  }

  @Test
  void aReleasedLockStopsTheWholeOrder() {
    assertThat(Verdict.on(List.of(RELEASED))).isEqualTo(Verdict.RELEASED);
    assertThat(Verdict.on(List.of(LOCKED, RELEASED))).isEqualTo(Verdict.RELEASED);
  }

  @Test
  void locksThatTheStockDoesNotCoverAreNotSold() {
    assertThat(Verdict.on(List.of(LOCKED, new HeldStock(2, 2, LockStatus.LOCKED, 1))))
        .isEqualTo(Verdict.STOCK_DIFFERS);
    assertThat(Verdict.on(List.of(new HeldStock(2, 2, LockStatus.LOCKED, null))))
        .isEqualTo(Verdict.STOCK_DIFFERS);
  }
}
