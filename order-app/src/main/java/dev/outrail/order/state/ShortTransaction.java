package dev.outrail.order.state;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in a transaction of its own, and again where the database made it the victim of a
 * deadlock. Read committed: what is decided on is locked, and gaps between rows need no locks.
 * Thread-safe.
 */
@Component
public final class ShortTransaction {

  private static final int REPETITIONS = 6;

  private final TransactionTemplate transaction;
  private final RetryTemplate repeating =
      new RetryTemplate(
          RetryPolicy.builder()
              .maxRetries(REPETITIONS)
              .delay(Duration.ofMillis(10))
              .jitter(Duration.ofMillis(8))
              .multiplier(2)
              .includes(ConcurrencyFailureException.class)
              .build());

  ShortTransaction(PlatformTransactionManager transactionManager) {
    this.transaction = new TransactionTemplate(transactionManager);
    this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
  }

  /**
   * It has committed when this returns; whatever is thrown has rolled it back.
   *
   * @param work changes nothing but the database, as it may run several times
   * @throws ConcurrencyFailureException if it lost {@value #REPETITIONS} times more than once
   */
  public <T> T run(Supplier<T> work) {
    return repeating.invoke(
        () -> Objects.requireNonNull(transaction.execute(status -> work.get())));
  }
}
