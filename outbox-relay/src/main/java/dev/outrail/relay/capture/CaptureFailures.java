package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import io.debezium.text.ParsingException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Sorts what the connector reports into "try again" and "a person must decide". */
final class CaptureFailures {

  /** ER_MASTER_FATAL_ERROR_READING_BINLOG: purged, or the position is not this server's. */
  private static final int CANNOT_READ_BINLOG = 1236;

  private CaptureFailures() {}

  static RuntimeException classify(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HaltException halt) {
        return halt;
      }
      if (cause instanceof ServerException server && server.getErrorCode() == CANNOT_READ_BINLOG) {
        return unreadable(server.getMessage(), failure);
      }
      if (cause instanceof SQLException sql && sql.getErrorCode() == CANNOT_READ_BINLOG) {
        return unreadable(sql.getMessage(), failure);
      }
      String message = String.valueOf(cause.getMessage());
      if (message.contains("no longer available on the server")) {
        return unreadable(
            "the transactions after the recorded position are not all in its binlog", failure);
      }
      if (cause instanceof ParsingException) {
        return new HaltException(
            "A DDL statement that mentions an outbox table is not understood: "
                + firstLine(message),
            "Nothing was skipped. Send the statement to the maintainers; if it did not change the outbox table's"
                + " columns, restart the relay from a position behind it.",
            failure);
      }
      if (message.contains("internal schema size")) {
        return new HaltException(
            "The outbox table was altered while the relay was not reading, and rows written before that are still to be"
                + " read: "
                + firstLine(message),
            "Nothing was skipped. Give the table the number of columns that those rows have, let the relay read them, then"
                + " alter it again while the relay runs.",
            failure);
      }
    }
    return new TransientException("MySQL: " + rootMessage(failure), failure);
  }

  private static HaltException unreadable(@Nullable String detail, Throwable failure) {
    return new HaltException(
        "MySQL can no longer deliver the binlog from the recorded position on: " + detail + ".",
        "If the server was replaced, point the relay to one that has these transactions. If the binlog was purged,"
            + " events between the position and @@gtid_purged are not in the binlog any more: compare the outbox table"
            + " with the topic before moving the position. Keep the binlog longer than the relay may be down"
            + " (binlog_expire_logs_seconds).",
        failure);
  }

  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return firstLine(message == null ? root.getClass().getSimpleName() : message);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }
}
