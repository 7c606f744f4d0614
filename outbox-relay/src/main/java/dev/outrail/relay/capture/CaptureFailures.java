package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorts what the connector reports into "try again" and "a person must decide". */
final class CaptureFailures {

  /** What MySQL says for whatever ends a reading from its side; only the text tells which. */
  private static final int CANNOT_READ_BINLOG = 1236;

  /** The words are the same in all versions, around them "slave" became "replica". */
  private static final String ID_IS_TAKEN = "same server_uuid/server_id";

  private static final List<String> HISTORY_DOES_NOT_FIT =
      List.of(
          "purged",
          "has more GTIDs than",
          "find first log file name",
          "position > file size",
          "no longer available on the server");

  private static final List<String> BINLOG_IS_DAMAGED =
      List.of("truncated", "disk space", "checksum", "bogus", "I/O error", "decrypt");

  private CaptureFailures() {}

  static RuntimeException classify(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HaltException halt) {
        return halt;
      }
      String message = String.valueOf(cause.getMessage());
      if (isEndOfReading(cause) || message.contains("no longer available on the server")) {
        return unreadable(message, failure);
      }
    }
    return new TransientException("MySQL: " + rootMessage(failure), failure);
  }

  /**
   * @param known the shape by the DDL that was read; null if that does not tell
   * @param notUnderstood a statement that hid it; null if there was none
   * @param said what the binlog says of the rows
   * @param present why the table as it is now does not help
   * @param gtid the transaction with the rows
   */
  static HaltException unknownShape(
      TableName table,
      @Nullable String known,
      @Nullable String notUnderstood,
      String said,
      String present,
      String gtid) {
    return new HaltException(
        known == null
            ? "Rows were written to the outbox table %s whose shape is not known: %s. By the binlog its columns are %s. %s"
                .formatted(
                    table,
                    notUnderstood == null
                        ? "it was made from a table that the relay does not follow (CREATE TABLE … LIKE it, or RENAME TABLE from"
                            + " another name than [_]<outbox>_new, _old, _gho or _del)"
                        : "the statement '" + notUnderstood + "' is not understood",
                    said,
                    present)
            : "Rows of the outbox table %s have another shape than the DDL in the binlog says: by the DDL %s, by the rows %s. %s"
                .formatted(table, known, said, present),
        "Nothing was skipped, and no row of that shape was published. Which name belongs to which column cannot be told any more."
            + " Go on behind these rows with 'relay position set --gtids <a GTID set that contains %s> --execute', and publish them from the table with 'relay replay'."
                .formatted(gtid)
            + " 'SET PERSIST binlog_row_metadata = FULL' on the server tells names in the binlog from then on, and this cannot happen again.");
  }

  /**
   * @param missing the columns that the relay needs
   */
  static HaltException rowImage(String table, String missing, @Nullable String gtid) {
    return new HaltException(
        "A row of %s, written in transaction %s, is not whole in the binlog: %s is missing. Its writer's session has"
                .formatted(table, gtid, missing)
            + " binlog_row_image=MINIMAL or NOBLOB, which leaves out what the statement did not name.",
        "SET PERSIST binlog_row_image = 'FULL', and have the writers reconnect, without setting it in their sessions. Then go on"
            + " behind this transaction (relay position set, to a set that includes it, then resume), and publish its rows from"
            + " the table (relay replay).");
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

  /** Whether another reader with this one's id has thrown it out. */
  static boolean idIsTaken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isEndOfReading(cause) && String.valueOf(cause.getMessage()).contains(ID_IS_TAKEN)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEndOfReading(Throwable cause) {
    return (cause instanceof ServerException server && server.getErrorCode() == CANNOT_READ_BINLOG)
        || (cause instanceof SQLException sql && sql.getErrorCode() == CANNOT_READ_BINLOG);
  }

  /**
   * None of these is a reason to halt by itself: each attempt compares the position with the
   * server's history before it reads, and halts with figures where that does not fit.
   */
  private static TransientException unreadable(String said, Throwable failure) {
    String answer = "MySQL has ended the reading of its binlog: " + shortened(said);
    if (said.contains(ID_IS_TAKEN)) {
      return new TransientException(
          answer
              + " Another reader uses this relay's server id. Remedy: leave mysql.server.id at 0, or give each process an"
              + " id that no server and no other reader has.",
          failure);
    }
    if (contains(said, HISTORY_DOES_NOT_FIT)) {
      return new TransientException(
          answer + " The next attempt compares the position with the server's history.", failure);
    }
    if (said.contains("max_allowed_packet")) {
      return new TransientException(
          answer
              + " A transaction in the binlog holds an event that the server may not send. Remedy: SET PERSIST"
              + " max_allowed_packet = 1073741824;",
          failure);
    }
    if (contains(said, BINLOG_IS_DAMAGED)) {
      return new TransientException(
          answer
              + " The server cannot read its own binlog there. Remedy: look at its error log and its disk; if the file"
              + " is damaged for good, point mysql.host to a server of this replication set that has these"
              + " transactions.",
          failure);
    }
    return new TransientException(answer, failure);
  }

  private static boolean contains(String text, List<String> words) {
    return words.stream().anyMatch(text::contains);
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
