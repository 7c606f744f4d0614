package dev.outrail.bench.poller;

import dev.outrail.bench.kit.PayTables;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.kit.PaymentWriter;

/**
 * Sends the event inside the payment's transaction, before its commit. A crash or a refused commit
 * in between leaves an event of a payment that never was.
 */
final class DualWriter implements PaymentWriter {

  private final Database database;
  private final Events events;

  DualWriter(Database database, Events events) {
    this.database = database;
    this.events = events;
  }

  @Override
  public void pay(Payment payment) throws Exception {
    database.inTransaction(
        connection -> {
          PayTables.pay(connection, payment);
          events.publish(Long.toString(payment.key()), payment.json());
        });
  }
}
