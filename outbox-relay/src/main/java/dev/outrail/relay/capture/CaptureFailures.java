package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import io.debezium.text.MultipleParsingExceptions;
import io.debezium.text.ParsingException;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sorts what the connector reports into "try again" and "a person must decide". */
final class CaptureFailures {

  /** ER_MASTER_FATAL_ERROR_READING_BINLOG: purged, or the position is not this server's. */
  private static final int CANNOT_READ_BINLOG = 1236;

  private static final Pattern STATEMENT =
      Pattern.compile("with the statement '(.*?)'\\R", Pattern.DOTALL);

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
      if (cause instanceof MultipleParsingExceptions several && !several.getErrors().isEmpty()) {
        cause = several.getErrors().iterator().next();
        message = String.valueOf(cause.getMessage());
      }
      if (cause instanceof ParsingException) {
        return notUnderstood(message, failure);
      }
      if (message.contains("whose schema isn't known")) {
        return unknownShape(firstLine(message), failure);
      }
    }
    return new TransientException("MySQL: " + rootMessage(failure), failure);
  }

  /**
   * @param text the statement, or the parser's message that has it
   */
  static HaltException notUnderstood(String text, Throwable cause) {
    Matcher statement = STATEMENT.matcher(text);
    return new HaltException(
        "A DDL statement that mentions an outbox table is not understood: "
            + shortened(statement.find() ? statement.group(1) : text),
        "Nothing was skipped. Please report the statement. If it did not change an outbox table's columns, go on behind"
            + " it with 'relay position set --gtids <a GTID set that contains it> --execute'.",
        cause);
  }

  static HaltException unknownShape(String detail, @Nullable Throwable cause) {
    return new HaltException(
        "Rows were written to an outbox table whose shape is not known, because it was made from a table that the"
            + " relay does not follow (CREATE TABLE … LIKE it, or RENAME TABLE from another name than [_]<outbox>_new,"
            + " _old, _gho or _del): "
            + detail
            + ".",
        "Nothing was skipped. If the table was not altered after that, 'relay position set --gtids <the present"
            + " position> --execute' makes the relay take the table's present shape and go on right here.",
        cause);
  }

  static HaltException otherShape(String detail, @Nullable Throwable cause) {
    return new HaltException(
        "An outbox row has another number of columns than its table had at that point of the binlog: "
            + detail,
        "Nothing was skipped. Check whether the table was altered with sql_log_bin=0. If so: give it the number of"
            + " columns that those rows have, 'relay position set --gtids <the present position> --execute' (which"
            + " makes the relay read the shape anew), let it read them, and alter the table with the binlog on.",
        cause);
  }

  /**
   * @param what that the binlog cannot have, and has
   */
  static HaltException contradiction(String what) {
    return new HaltException(
        "The binlog contradicts itself: " + what + ".",
        "Check whether the server's GTIDs were reset while the relay read (RESET BINARY LOGS AND GTIDS), or its binlog"
            + " was restored. Nothing was published past that point; 'relay resume' reads on from the position.");
  }

  /** On one line, and no longer than a log line should be. */
  static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= 600 ? line : line.substring(0, 600) + " …";
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
