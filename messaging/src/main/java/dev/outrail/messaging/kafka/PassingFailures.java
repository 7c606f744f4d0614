package dev.outrail.messaging.kafka;

import dev.outrail.messaging.inbox.InboxTransactionException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
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
    TransactionTimedOutException.class,
    SQLTransientException.class,
    SQLRecoverableException.class,
    SQLNonTransientConnectionException.class,
    RetriableException.class,
    // Of a connection to somebody. Other IOExceptions are as often about what a message says.
    SocketException.class,
    SocketTimeoutException.class,
    UnknownHostException.class,
    HttpTimeoutException.class,
    ClosedChannelException.class,
    SSLException.class,
    TimeoutException.class,
    // A right that is missing, or a wrong set-up, fails every message alike: someone has to mend
    // it.
    PermissionDeniedDataAccessException.class,
    InboxTransactionException.class,
  };

  /**
   * What MySQL says while it is not set up yet, shuts down, is read-only, offline, full or busy.
   * Many of these share their SQL state with a violated CHECK, so the number has to tell.
   */
  private static final Set<Integer> SERVER_STATES =
      Set.of(
          1049, // no such database
          1146, // no such table
          1305, // no such routine
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

  private static final String CONNECTION_STATE = "08";

  private PassingFailures() {}

  /** One without a state is not the server's: of a pool, say, whose connection is closed. */
  private static boolean isPassing(SQLException answer) {
    String state = answer.getSQLState();
    return SERVER_STATES.contains(answer.getErrorCode())
        || (state == null ? answer.getErrorCode() == 0 : state.startsWith(CONNECTION_STATE));
  }

  /** Whether any cause of it is a failure that passes. */
  static boolean isPassing(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      for (Class<?> passing : PASSING) {
        if (passing.isInstance(cause)) {
          return true;
        }
      }
      if (cause instanceof SQLException answer && isPassing(answer)) {
        return true;
      }
      if (cause instanceof TransactionSystemException rollback
          && isPassing(rollback.getApplicationException())) {
        return true; // what made it roll back, before that failed, too
      }
    }
    return false;
  }
}
