package dev.outrail.bench.poller;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outrail.bench.kit.BenchArgs;
import java.sql.Connection;

/** A pool of connections and its transactions. Thread-safe. */
final class Database {

  private static final String CONNECTIONS = "bench.connections";

  private final HikariDataSource pool;

  private Database(HikariDataSource pool) {
    this.pool = pool;
  }

  /** What is done in a transaction. */
  interface Work {
    void run(Connection connection) throws Exception;
  }

  static Database open(BenchArgs args) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args.get(BenchArgs.JDBC_URL));
    config.setUsername(args.get(BenchArgs.JDBC_USER));
    config.setPassword(args.get(BenchArgs.JDBC_PASSWORD));
    config.setMaximumPoolSize(args.number(CONNECTIONS));
    return new Database(new HikariDataSource(config));
  }

  /** Returns when the work is committed; it is rolled back if it throws. */
  void inTransaction(Work work) throws Exception {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      run(work, connection);
    }
  }

  /**
   * The same, locking rows alone and not the gaps between them: what a poller's {@code FOR UPDATE}
   * would otherwise close to writers.
   */
  void inReadCommitted(Work work) throws Exception {
    try (Connection connection = pool.getConnection()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      run(work, connection);
    }
  }

  /** The pool sets the connection back to its defaults when it is closed. */
  private static void run(Work work, Connection connection) throws Exception {
    try {
      work.run(connection);
      connection.commit();
    } catch (Exception e) {
      connection.rollback();
      throw e;
    }
  }
}
