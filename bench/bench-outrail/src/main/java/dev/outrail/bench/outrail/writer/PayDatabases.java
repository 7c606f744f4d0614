package dev.outrail.bench.outrail.writer;

import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.kit.PaymentWriter;
import java.util.List;

/**
 * Makes each payment in the database that its key belongs to: index {@code key % size}.
 * Thread-safe.
 */
final class PayDatabases implements PaymentWriter, AutoCloseable {

  private final List<PayDatabase> databases;

  private PayDatabases(List<PayDatabase> databases) {
    this.databases = databases;
  }

  static PayDatabases open(List<String> jdbcUrls, BenchArgs args) {
    return new PayDatabases(
        jdbcUrls.stream().map(jdbcUrl -> PayDatabase.open(jdbcUrl, args)).toList());
  }

  @Override
  public void pay(Payment payment) {
    databases.get((int) (payment.key() % databases.size())).pay(payment);
  }

  @Override
  public void close() {
    databases.forEach(PayDatabase::close);
  }
}
