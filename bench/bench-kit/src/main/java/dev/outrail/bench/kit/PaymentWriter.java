package dev.outrail.bench.kit;

/**
 * Writes payments as users of the contender would: the business change of {@link PayTables} and
 * whatever the contender needs for the event, in one database transaction. Thread-safe.
 */
@FunctionalInterface
public interface PaymentWriter {

  /**
   * Returns when the commit has returned.
   *
   * @throws Exception if the payment is not committed
   */
  void pay(Payment payment) throws Exception;
}
