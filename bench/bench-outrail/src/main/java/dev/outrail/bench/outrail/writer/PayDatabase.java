package dev.outrail.bench.outrail.writer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.PayTables;
import dev.outrail.bench.kit.Payment;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.messaging.tracing.TraceContextSource;
import java.sql.SQLException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionTemplate;

/** One database with its pool, its transactions and its outbox. Thread-safe. */
final class PayDatabase implements AutoCloseable {

  /** {@code outbox}, or {@code none} for the same payments without events. */
  private static final String EVENTS = "bench.events";

  private static final String OUTBOX = "outbox";
  private static final String EVENT_TYPE = "payment.succeeded.v1";

  private final HikariDataSource pool;
  private final TransactionTemplate transactions;
  private final Outbox outbox;
  private final boolean appends;
  private final String topic;

  private PayDatabase(HikariDataSource pool, boolean appends, String topic) {
    this.pool = pool;
    this.appends = appends;
    this.topic = topic;
    this.transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
    this.outbox = new JdbcOutbox(pool, TraceContextSource.none());
  }

  /** Connects at once, so that the first payment does not wait for it. */
  static PayDatabase open(String jdbcUrl, BenchArgs args) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(jdbcUrl);
    pool.setUsername(args.get(BenchArgs.JDBC_USER));
    pool.setPassword(args.get(BenchArgs.JDBC_PASSWORD));
    pool.setMaximumPoolSize(args.number(BenchArgs.WRITERS));
    return new PayDatabase(
        new HikariDataSource(pool),
        args.get(EVENTS, OUTBOX).equals(OUTBOX),
        args.get(BenchArgs.TOPIC));
  }

  /**
   * Returns when the payment and its event, if it has one, are committed; neither is there if it
   * throws.
   */
  void pay(Payment payment) {
    transactions.executeWithoutResult(
        status -> {
          change(payment);
          if (appends) {
            outbox.append(
                OutboxEvent.json(topic, Long.toString(payment.key()), EVENT_TYPE, payment.json()));
          }
        });
  }

  private void change(Payment payment) {
    try {
      PayTables.pay(DataSourceUtils.getConnection(pool), payment);
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("Payment " + payment.seq() + " failed", e);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
