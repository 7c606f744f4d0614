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

/**
 * Tells failures of the surroundings, which pass (a deadlock, a lost connection, a server that is
 * down or not set up yet), from those that come from the message or the code.
 */
final class PassingFailures {

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
    return DatabaseFailures.passes(failure);
  }
}
