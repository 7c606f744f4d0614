package dev.outrail.bench.namastack;

import dev.outrail.bench.kit.PayTables;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.kit.PaymentWriter;
import io.namastack.outbox.Outbox;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Schedules the event in the payment's transaction, under the payment's key. */
final class SchedulingWriter implements PaymentWriter {

  private final DataSource dataSource;
  private final TransactionTemplate transactions;
  private final Outbox outbox;

  SchedulingWriter(
      DataSource dataSource, PlatformTransactionManager transactionManager, Outbox outbox) {
    this.dataSource = dataSource;
    this.transactions = new TransactionTemplate(transactionManager);
    this.outbox = outbox;
  }

  @Override
  public void pay(Payment payment) {
    transactions.executeWithoutResult(
        status -> {
          change(payment);
          outbox.schedule(payment, Long.toString(payment.key()));
        });
  }

  private void change(Payment payment) {
    try {
      PayTables.pay(DataSourceUtils.getConnection(dataSource), payment);
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("Payment " + payment.seq() + " failed", e);
    }
  }
}
