package dev.outrail.messaging.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells whether what is written now to a data source belongs to an open transaction of it, to be
 * committed or rolled back with the rest. Thread-safe; each answer is about the calling thread.
 *
 * <p>It is a listener, too: callbacks that run after a commit still see the transaction's
 * connection, though nothing that they write there belongs to it. A transaction manager that knows
 * this listener ({@code addListener}) has them told apart; outrail's auto-configuration adds it to
 * all of the application.
 */
public final class OpenTransaction implements TransactionExecutionListener {

  /** What was bound when transactions of this thread ended whose callbacks are running. */
  private static final ThreadLocal<Set<Object>> ENDED =
      ThreadLocal.withInitial(() -> Collections.newSetFromMap(new IdentityHashMap<>()));

  private final DataSource dataSource;

  public OpenTransaction(DataSource dataSource) {
    this.dataSource = targetOf(dataSource);
  }

  /** Connections are bound to the data source behind a proxy. */
  public static DataSource targetOf(DataSource dataSource) {
    return dataSource instanceof TransactionAwareDataSourceProxy proxy
            && proxy.getTargetDataSource() != null
        ? proxy.getTargetDataSource()
        : dataSource;
  }

  /** Why there is none; empty if there is one that can write. */
  public Optional<String> obstacle() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      return Optional.of("no transaction is open");
    }
    if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
      return Optional.of("the open transaction is read-only");
    }
    Object bound = TransactionSynchronizationManager.getResource(dataSource);
    if (bound == null || autoCommits()) {
      return Optional.of("the open transaction belongs to another data source");
    }
    if (ENDED.get().contains(bound)) {
      return Optional.of("the transaction has ended already, this is a callback behind it");
    }
    return Optional.empty();
  }

  @Override
  public void beforeCommit(TransactionExecution transaction) {
    ends();
  }

  @Override
  public void beforeRollback(TransactionExecution transaction) {
    ends();
  }

  @Override
  public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
    hasEnded();
  }

  @Override
  public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
    hasEnded();
  }

  private void ends() {
    Object bound = TransactionSynchronizationManager.getResource(dataSource);
    if (bound != null) {
      ENDED.get().add(bound);
    }
  }

  /** The callbacks are over. */
  private void hasEnded() {
    Object bound = TransactionSynchronizationManager.getResource(dataSource);
    if (bound != null) {
      ENDED.get().remove(bound);
    }
  }

  /** A connection bound to a foreign transaction still commits each statement by itself. */
  private boolean autoCommits() {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      return connection.getAutoCommit();
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("cannot ask the connection for its mode", e);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }
}
