package dev.outrail.bench.modulith;

import dev.outrail.bench.kit.PayTables;
import dev.outrail.bench.kit.Payment;
import dev.outrail.bench.kit.PaymentWriter;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Publishes the event in the payment's transaction, where the registry stores it. */
final class PublishingWriter implements PaymentWriter {

  private final DataSource dataSource;
  private final TransactionTemplate transactions;
  private final ApplicationEventPublisher events;

  PublishingWriter(
      DataSource dataSource,
      PlatformTransactionManager transactionManager,
      ApplicationEventPublisher events) {
    this.dataSource = dataSource;
    this.transactions = new TransactionTemplate(transactionManager);
    this.events = events;
  }

  @Override
  public void pay(Payment payment) {
    transactions.executeWithoutResult(
        status -> {
          change(payment);
          events.publishEvent(payment);
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
