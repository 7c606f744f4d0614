package dev.outrail.stock.locking;

import dev.outrail.stock.LockStatus;
import dev.outrail.stock.ledger.HeldStock;
import dev.outrail.stock.ledger.OrderLocks;
import dev.outrail.stock.ledger.ReleasedOrders;
import dev.outrail.stock.ledger.SkuStocks;
import dev.outrail.stock.ledger.StockCount;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Locks stock for orders: all of it or nothing. Thread-safe. */
@Service
final class LockStock {

  private static final int RETRIES = 4;

  private final OrderLocks locks;
  private final ReleasedOrders released;
  private final SkuStocks skus;
  private final TransactionTemplate transaction;
  private final RetryTemplate repeating =
      new RetryTemplate(
          RetryPolicy.builder()
              .maxRetries(RETRIES)
              .delay(Duration.ofMillis(20))
              .jitter(Duration.ofMillis(10))
              .multiplier(2)
              .includes(ConcurrencyFailureException.class)
              .includes(DuplicateKeyException.class)
              .build());

  LockStock(
      OrderLocks locks,
      ReleasedOrders released,
      SkuStocks skus,
      PlatformTransactionManager transactionManager) {
    this.locks = locks;
    this.released = released;
    this.skus = skus;
    this.transaction = new TransactionTemplate(transactionManager);
  }

  /**
   * Locks in one transaction, which has committed when this returns {@link LockOutcome.Locked}; any
   * other outcome has changed nothing. May be repeated: an order is known by its id.
   *
   * @throws ConcurrencyFailureException if it was the victim of deadlocks {@value #RETRIES} times
   *     more than once, or waited for a row too long; nothing changed
   * @throws DuplicateKeyException if the same order was being locked by others each time; nothing
   *     changed
   */
  LockOutcome lock(List<HeldStock> wanted) {
    return repeating.invoke(
        () ->
            Objects.requireNonNull(
                transaction.execute(
                    status -> {
                      LockOutcome outcome = tryToLock(wanted);
                      if (!(outcome instanceof LockOutcome.Locked)) {
                        status.setRollbackOnly();
                      }
                      return outcome;
                    })));
  }

  /**
   * The number of statements does not depend on the request.
   *
   * <ol>
   *   <li>Take what is locked already: a repetition adds nothing.
   *   <li>Write the new locks, and only then
   *   <li>look for tombstones: see {@link dev.outrail.stock.ledger} for why in this order.
   *   <li>Take the SKUs' stock, decide, and write it.
   * </ol>
   */
  private LockOutcome tryToLock(List<HeldStock> wanted) {
    SortedMap<Long, List<HeldStock>> byOrder = byOrder(wanted);
    SortedMap<Long, List<HeldStock>> before = byOrder(locks.take(byOrder.keySet()));
    List<HeldStock> fresh =
        wanted.stream().filter(lock -> !before.containsKey(lock.orderId())).toList();
    if (!fresh.isEmpty()) {
      locks.add(fresh);
    }
    List<Long> closed = released.among(byOrder.keySet());
    if (!closed.isEmpty()) {
      return new LockOutcome.Closed(closed);
    }
    List<Long> otherwise =
        before.entrySet().stream()
            .filter(
                order -> !isSame(order.getValue(), byOrder.getOrDefault(order.getKey(), List.of())))
            .map(Map.Entry::getKey)
            .toList();
    if (!otherwise.isEmpty()) {
      return new LockOutcome.LockedOtherwise(otherwise);
    }
    return fresh.isEmpty() ? new LockOutcome.Locked() : count(fresh);
  }

  private LockOutcome count(List<HeldStock> fresh) {
    SortedMap<Long, Long> pieces = new TreeMap<>();
    fresh.forEach(lock -> pieces.merge(lock.skuId(), (long) lock.count(), Long::sum));
    StockCount count = skus.take(pieces.keySet());
    List<Long> lacking =
        pieces.entrySet().stream()
            .filter(sku -> count.free(sku.getKey()) < sku.getValue())
            .map(Map.Entry::getKey)
            .toList();
    if (!lacking.isEmpty()) {
      return new LockOutcome.NotStock(lacking);
    }
    fresh.forEach(lock -> count.lock(lock.skuId(), lock.count()));
    skus.change(count);
    return new LockOutcome.Locked();
  }

  private static SortedMap<Long, List<HeldStock>> byOrder(Collection<HeldStock> locks) {
    return locks.stream()
        .collect(Collectors.groupingBy(HeldStock::orderId, TreeMap::new, Collectors.toList()));
  }

  /** Whatever became of them since, locked or used; what is released is locked for nobody. */
  private static boolean isSame(List<HeldStock> before, List<HeldStock> wanted) {
    return before.stream().noneMatch(lock -> lock.status() == LockStatus.RELEASED)
        && pieces(before).equals(pieces(wanted));
  }

  private static Map<Long, Integer> pieces(List<HeldStock> locks) {
    return locks.stream().collect(Collectors.toMap(HeldStock::skuId, HeldStock::count));
  }
}
