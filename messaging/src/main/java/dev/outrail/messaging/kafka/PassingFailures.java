package dev.outrail.messaging.kafka;

import dev.outrail.messaging.inbox.InboxTransactionException;
import dev.outrail.messaging.jdbc.DatabaseFailures;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.QueryTimeoutException;

/**
 * Tells failures of the surroundings, which pass (a deadlock, a lost connection, a server that is
 * down or not set up yet), from those that come from the message or the code.
 */
public final class PassingFailures {

  private static final Class<?>[] PASSING = {
    TransientMessageException.class,
    RetriableException.class,
    // Of a connection to somebody. Other IOExceptions are as often about what a message says.
    SocketException.class,
    SocketTimeoutException.class,
    UnknownHostException.class,
    HttpTimeoutException.class,
    ClosedChannelException.class,
    SSLException.class,
    TimeoutException.class,
    // A wrong set-up fails every message alike: someone has to mend it.
    InboxTransactionException.class,
  };

  private static final Class<?>[] OF_ONE_EVENT = {
    TransientMessageException.class, ConcurrencyFailureException.class, QueryTimeoutException.class,
  };

  private PassingFailures() {}

  /** Whether any cause of it is a failure that passes. */
  public static boolean isPassing(@Nullable Throwable failure) {
    return isAnyOf(PASSING, failure) || DatabaseFailures.passes(failure);
  }

  /**
   * Whether it passes, and is no matter of one event: while a server is away, each would only wait
   * for it in turn. A lock that somebody holds, a deadlock and what a handler itself declares to
   * pass are of one event.
   */
  public static boolean isOfServer(@Nullable Throwable failure) {
    return isPassing(failure) && !isAnyOf(OF_ONE_EVENT, failure);
  }

  private static boolean isAnyOf(Class<?>[] kinds, @Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      for (Class<?> kind : kinds) {
        if (kind.isInstance(cause)) {
          return true;
        }
      }
    }
    return false;
  }
}
