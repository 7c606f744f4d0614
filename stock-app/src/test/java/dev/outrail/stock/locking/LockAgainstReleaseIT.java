package dev.outrail.stock.locking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.stock.Events;
import dev.outrail.stock.LockStatus;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.StockTables.Pieces;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.release.ReleaseStock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A request to lock and the closing of the same order, one held up where the other could slip
 * through: a third transaction holds the gap of a table in which the first is about to insert.
 */
class LockAgainstReleaseIT extends RunningStockApp {

  private final JdbcClient jdbc;
  private final LockStock lockStock;
  private final ReleaseStock releaseStock;
  private final TransactionTemplate transaction;
  private final TransactionTemplate gapLocking;
  private final ExecutorService others = Executors.newFixedThreadPool(2);

  @Autowired
  LockAgainstReleaseIT(
      JdbcClient jdbc,
      LockStock lockStock,
      ReleaseStock releaseStock,
      PlatformTransactionManager transactions) {
    super(jdbc);
    this.jdbc = jdbc;
    this.lockStock = lockStock;
    this.releaseStock = releaseStock;
    this.transaction = new TransactionTemplate(transactions);
    this.gapLocking = new TransactionTemplate(transactions);
    this.gapLocking.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
  }

  @AfterEach
  void end() {
    others.shutdownNow();
  }

  @Test
  void anOrderThatIsClosedBeforeItsLocksAreWrittenIsNotLocked() throws Exception {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();

    LockOutcome outcome =
        holdUp("sku_stock_lock", orderId, () -> lock(orderId, pots), () -> close(orderId));

    assertThat(outcome).isEqualTo(new LockOutcome.Closed(List.of(orderId)));
    assertThat(tables.locks(orderId)).isEmpty();
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
  }

  @Test
  void anOrderThatIsLockedBeforeItsTombstoneIsWrittenIsReleased() throws Exception {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();

    holdUp(
        "released_order",
        orderId,
        () -> {
          close(orderId);
          return null;
        },
        () -> assertThat(lock(orderId, pots)).isEqualTo(new LockOutcome.Locked()));

    assertThat(tables.locks(orderId)).isEqualTo(Map.of(pots, LockStatus.RELEASED));
    assertThat(tables.pieces(pots)).isEqualTo(new Pieces(10, 0, 0));
  }

  /** Runs the first until it waits for the gap, then the second to its end, then lets go. */
  private <T> T holdUp(String table, long orderId, Callable<T> first, Runnable second)
      throws Exception {
    Future<T> waiting =
        gapLocking.execute(
            status -> {
              jdbc.sql("SELECT order_id FROM " + table + " WHERE order_id = ? FOR UPDATE")
                  .param(orderId)
                  .query(Long.class)
                  .list();
              Future<T> started = others.submit(first);
              awaitThat(this::somebodyWaits);
              join(others.submit(second));
              return started;
            });
    return waiting.get(30, TimeUnit.SECONDS);
  }

  private static void join(Future<?> other) {
    try {
      other.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean somebodyWaits() {
    return jdbc.sql(
                "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
            .query(Integer.class)
            .single()
        > 0;
  }

  private LockOutcome lock(long orderId, long skuId) {
    return lockStock.lock(List.of(HeldStock.locked(orderId, skuId, 2)));
  }

  private void close(long orderId) {
    transaction.executeWithoutResult(status -> releaseStock.apply(List.of(Events.closed(orderId))));
  }
}
