package dev.outrail.messaging.kafka;

import java.io.IOException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.TransactionException;

/**
 * Tells failures of the surroundings, which pass (a deadlock, a lost connection, a server that is
 * down or not set up yet), from those that come from the message or the code.
 */
final class PassingFailures {

  private static final Class<?>[] PASSING = {
    TransientMessageException.class,
    TransientDataAccessException.class,
    RecoverableDataAccessException.class,
    DataAccessResourceFailureException.class,
    TransactionException.class,
    SQLTransientException.class,
    SQLRecoverableException.class,
    RetriableException.class,
    IOException.class,
    TimeoutException.class,
    // A table or a right that is missing fails every message alike: someone has to set it up.
    BadSqlGrammarException.class,
    PermissionDeniedDataAccessException.class,
    // What the server says while it shuts down or is read-only has no class of its own.
    UncategorizedSQLException.class,
  };

  private PassingFailures() {}

  /** Whether any cause of it is a failure that passes. */
  static boolean isPassing(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      for (Class<?> passing : PASSING) {
        if (passing.isInstance(cause)) {
          return true;
        }
      }
    }
    return false;
  }
}
