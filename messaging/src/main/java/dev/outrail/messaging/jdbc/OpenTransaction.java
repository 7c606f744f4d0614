package dev.outrail.messaging.jdbc;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Tells whether what is written now to a data source belongs to an open transaction of it, to be
 * committed or rolled back with the rest. Thread-safe; each answer is about the calling thread, and
 * costs no call of the driver.
 *
 * <p>Known are the transactions of Spring's managers for JDBC, JPA and Hibernate, those of their
 * own inside another ({@code REQUIRES_NEW}) and nested ones included. One of JTA is refused.
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
  private final Begun begun;

  public OpenTransaction(DataSource dataSource) {
    this.dataSource = targetOf(dataSource);
    this.begun = new Begun(this.dataSource);
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
    if (bound == null || !begun.binds(bound)) {
      return Optional.of(
          "the open transaction belongs to another data source (or to JTA, which cannot be told from that and is not supported)");
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

  /**
   * Tells the connection that a manager has begun a transaction on from one that was merely used
   * during the transaction of another manager: that one is closed behind it, without a commit, and
   * whether it commits each statement by itself is the pool's setting.
   *
   * <p>{@link DataSourceTransactionManager} alone can read its own mark. Managers of JPA and
   * Hibernate set none, but hand out their connection without the mark of what Spring's JDBC has
   * fetched for itself.
   */
  private static final class Begun extends DataSourceTransactionManager {
    private static final long serialVersionUID = 1L;

    Begun(DataSource dataSource) {
      super(dataSource);
    }

    boolean binds(Object bound) {
      return (bound instanceof ResourceHolderSupport holder
              && !holder.isSynchronizedWithTransaction())
          || isExistingTransaction(doGetTransaction());
    }
  }
}
