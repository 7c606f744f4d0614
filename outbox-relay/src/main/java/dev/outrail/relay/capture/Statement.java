package dev.outrail.relay.capture;

import com.github.shyiko.mysql.binlog.event.QueryEventData;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A statement of the binlog, with what its session said of its text: it is in the character set of
 * the client, which the binlog client does not look at, and quotes mean what {@code sql_mode} says.
 */
final class Statement extends QueryEventData {

  private static final int STATUS_LENGTH_AT = 11;
  private static final int STATUS_AT = 13;

  // What a status begins with, in this order; what follows is not needed
  private static final int FLAGS = 0;
  private static final int SQL_MODE = 1;
  private static final int AUTO_INCREMENT = 3;
  private static final int CHARSETS = 4;
  private static final int CATALOG = 6;

  private long sqlMode;
  private int collation = -1;

  private Statement() {}

  /**
   * Decodes an event.
   *
   * @param event with its header
   * @param body where it begins behind that
   * @param end where its checksum begins
   */
  static Statement decode(byte[] event, int body, int end) {
    Statement statement = new Statement();
    int status = body + STATUS_AT;
    int database = status + little(event, body + STATUS_LENGTH_AT, 2);
    statement.readStatus(event, status, database);
    int length = event[body + 8] & 0xff;
    statement.setDatabase(new String(event, database, length, StandardCharsets.UTF_8));
    int sql = database + length + 1;
    statement.setSql(new String(event, sql, end - sql, statement.charset()));
    return statement;
  }

  /** The session's, in MySQL's bits. */
  long sqlMode() {
    return sqlMode;
  }

  private void readStatus(byte[] event, int from, int end) {
    for (int at = from; at < end; ) {
      switch (event[at]) {
        case FLAGS, AUTO_INCREMENT -> at += 5;
        case SQL_MODE -> {
          sqlMode = little(event, at + 1, 4) & 0xffff_ffffL; // the rest concerns no DDL
          at += 9;
        }
        case CHARSETS -> {
          collation = little(event, at + 1, 2);
          return;
        }
        case CATALOG -> at += 2 + (event[at + 1] & 0xff);
        default -> {
          return;
        }
      }
    }
  }

  private Charset charset() {
    return collation < 0 ? StandardCharsets.UTF_8 : Collations.java(collation);
  }

  private static int little(byte[] bytes, int at, int count) {
    int value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
