package dev.outrail.messaging.kafka;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;

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
    CannotCreateTransactionException.class,
    TransactionSystemException.class,
    TransactionTimedOutException.class,
    SQLTransientException.class,
    SQLRecoverableException.class,
    RetriableException.class,
    IOException.class,
    TimeoutException.class,
    // A table or a right that is missing fails every message alike: someone has to set it up.
    BadSqlGrammarException.class,
    PermissionDeniedDataAccessException.class,
  };

  /**
   * What MySQL says while it shuts down, is read-only, offline, full or busy: the same SQL state as
   * that of a violated CHECK, so the number has to tell.
   */
  private static final Set<Integer> SERVER_STATES =
      Set.of(
          1021, // disk full
          1037,
          1041, // out of memory
          1040, // too many connections
          1053, // server shutdown
          1290,
          1836, // read-only
          1792, // read-only transaction
          3032, // offline mode
          3100 // refused by a plugin, such as group replication without a majority
          );

  private PassingFailures() {}

  /** Whether any cause of it is a failure that passes. */
  static boolean isPassing(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      for (Class<?> passing : PASSING) {
        if (passing.isInstance(cause)) {
          return true;
        }
      }
      if (cause instanceof SQLException answer && SERVER_STATES.contains(answer.getErrorCode())) {
        return true;
      }
    }
    return false;
  }
}
