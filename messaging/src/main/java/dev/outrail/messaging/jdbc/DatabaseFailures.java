package dev.outrail.messaging.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;

/**
 * Tells what MySQL, its driver and Spring say of the server's state, which passes or has to be
 * mended there, from what comes of the statement or its values. All statements of an application
 * fail alike while it lasts, so giving one of them up gains nothing.
 */
public final class DatabaseFailures {

  private static final Class<?>[] PASSING = {
    TransientDataAccessException.class,
    RecoverableDataAccessException.class,
    DataAccessResourceFailureException.class,
    CannotCreateTransactionException.class,
    TransactionTimedOutException.class,
    SQLTransientException.class,
    SQLRecoverableException.class,
    SQLNonTransientConnectionException.class,
  };

  /**
   * Spring makes bad grammar of a missing right, and many others share their SQL state with a
   * violated CHECK, so the number has to tell.
   */
  private static final Set<Integer> SERVER_STATES =
      Set.of(
          1044, // no right to the database
          1142, // no right to the table
          1143, // no right to the column
          1227, // no right of that kind
          1370, // no right to the routine
          1049, // no such database
          1146, // no such table
          1305, // no such routine
          1021, // disk full
          1026, // error while writing
          1030, // the storage engine failed
          1114, // table full
          1197, // the binlog's cache is full
          1206, // no room for more locks
          1037,
          1041, // out of memory
          1040,
          1203,
          1226, // too many connections, or the user has used up what it may
          1053, // server shutdown
          1317, // killed
          3024, // max_execution_time
          1290,
          1836, // read-only
          1792, // read-only transaction
          3032, // offline mode
          3098, // a table that a plugin does not take, such as one without a key
          3100, // refused by a plugin, such as group replication without a majority
          3168 // storage engine or server not ready
          );

  private static final String CONNECTION_STATE = "08";

  /** What the driver finds wrong before the server is asked: a value, a parameter, a size. */
  private static final String DRIVER_STATE = "S1";

  private DatabaseFailures() {}

  /**
   * Whether it, or any cause of it, is about the server: not reached, busy, full, read-only,
   * without a table or a right; deadlocks and lock waits included.
   */
  public static boolean passes(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataAccessException translated && isOfDriver(translated.getCause())) {
        continue; // Spring takes the driver's own complaints for the loss of a resource
      }
      for (Class<?> passing : PASSING) {
        if (passing.isInstance(cause)) {
          return true;
        }
      }
      if (cause instanceof SQLException answer && isOfServer(answer)) {
        return true;
      }
      if (cause instanceof TransactionSystemException rollback
          && passes(rollback.getApplicationException())) {
        return true; // what made it roll back, before that failed, too
      }
    }
    return false;
  }

  /** Whether the driver itself refused a statement: for its values or its size, not the server. */
  public static boolean isOfDriver(@Nullable Throwable failure) {
    return failure instanceof SQLException refusal
        && !(failure instanceof SQLTransientException)
        && refusal.getErrorCode() == 0
        && refusal.getSQLState() != null
        && refusal.getSQLState().startsWith(DRIVER_STATE);
  }

  /** One without a state is not the server's: of a pool, say, whose connection is closed. */
  private static boolean isOfServer(SQLException answer) {
    String state = answer.getSQLState();
    return SERVER_STATES.contains(answer.getErrorCode())
        || (state == null ? answer.getErrorCode() == 0 : state.startsWith(CONNECTION_STATE));
  }
}
