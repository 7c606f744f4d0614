package dev.outrail.bench.transactionoutbox;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.ThreadLocalContextTransactionManager;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outrail.bench.kit.BenchArgs;
import dev.outrail.bench.kit.PayTables;
import dev.outrail.bench.kit.PaymentWriter;
import dev.outrail.bench.kit.WriterAgent;
import java.io.IOException;
import java.time.Duration;

/**
 * An application with gruelbox transaction-outbox, set up as its README shows without a framework:
 * a pool of threads does the work after the commit, a background thread takes up what was left.
 *
 * <p>Told not to publish, it stores entries and does nothing with them.
 */
public final class TransactionOutboxMain {

  private static final String CONNECTIONS = "bench.connections";
  private static final String ISOLATION = "hikari.transactionIsolation";
  private static final String THREADS = "executor.threads";
  private static final String QUEUE = "executor.queue";
  private static final String ATTEMPT_FREQUENCY = "attemptFrequency";
  private static final String FLUSH_BATCH_SIZE = "flushBatchSize";
  private static final String FLUSH_PAUSE = "flush.pause";

  private TransactionOutboxMain() {}

  public static void main(String[] arguments) throws IOException {
    BenchArgs args = BenchArgs.parse(arguments);
    ThreadLocalContextTransactionManager transactions =
        TransactionManager.fromDataSource(pool(args));
    Publication publication = KafkaPublication.connect(args);
    Workers workers = new Workers(args.number(THREADS), args.number(QUEUE));
    TransactionOutbox outbox =
        TransactionOutbox.builder()
            .transactionManager(transactions)
            .persistor(Persistor.forDialect(Dialect.MY_SQL_8))
            .instantiator(Instantiator.using(type -> publication))
            .submitter(args.publish() ? Submitter.withExecutor(workers) : (entry, local) -> {})
            .attemptFrequency(Duration.parse(args.get(ATTEMPT_FREQUENCY)))
            .flushBatchSize(args.number(FLUSH_BATCH_SIZE))
            .build();
    if (args.publish()) {
      workers.flushInBackground(outbox, Duration.parse(args.get(FLUSH_PAUSE)));
    }
    WriterAgent.start(args.number(BenchArgs.PORT), writer(transactions, outbox));
  }

  private static PaymentWriter writer(
      ThreadLocalContextTransactionManager transactions, TransactionOutbox outbox) {
    return payment ->
        transactions.inTransactionThrows(
            transaction -> {
              PayTables.pay(transaction.connection(), payment);
              outbox
                  .schedule(Publication.class)
                  .publish(Long.toString(payment.key()), payment.json());
            });
  }

  private static HikariDataSource pool(BenchArgs args) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args.get(BenchArgs.JDBC_URL));
    config.setUsername(args.get(BenchArgs.JDBC_USER));
    config.setPassword(args.get(BenchArgs.JDBC_PASSWORD));
    config.setMaximumPoolSize(args.number(CONNECTIONS));
    config.setTransactionIsolation(args.get(ISOLATION));
    return new HikariDataSource(config);
  }
}
