package dev.outrail.relay.capture;

import io.debezium.relational.TableId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are in the binlog as the statement that made them, because a session's {@code
 * binlog_format} is not ROW: what they hold cannot be read from there.
 */
final class StatementInsert {

  private static final String GAP_OF_ONE = DdlFilter.GAP;
  private static final String GAP = GAP_OF_ONE + "*+";
  private static final String NAME = "(?:`((?:[^`]|``)++)`|([\\w$\\x{80}-\\x{ffff}]++))";

  private static final String INSERT =
      "(?:INSERT|REPLACE)\\b"
          + GAP
          + "(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|INTO)\\b"
          + GAP
          + ")*+";

  /** The file's name stands between quotes; the server writes the rest anew. */
  private static final String LOAD =
      "LOAD\\b"
          + GAP
          + "(?:DATA|XML)\\b(?:"
          + GAP_OF_ONE
          + "|'(?:[^'\\\\]|\\\\.|'')*+'|\"(?:[^\"\\\\]|\\\\.|\"\")*+\"|(?!INTO\\b)\\w++)*+INTO\\b"
          + GAP
          + "TABLE\\b"
          + GAP;

  private static final Pattern INTO =
      Pattern.compile(
          GAP + "(?:" + INSERT + "|" + LOAD + ")(?:" + NAME + GAP + "\\." + GAP + ")?" + NAME,
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private StatementInsert() {}

  /**
   * The table that a statement inserts into by name; null if it is another statement. Routines and
   * triggers do not show what they insert into.
   *
   * @param database the session's
   */
  static @Nullable TableId target(String database, String sql) {
    Matcher into = INTO.matcher(sql);
    if (!into.lookingAt()) {
      return null;
    }
    String schema = name(into.group(1), into.group(2));
    String table = name(into.group(3), into.group(4));
    return new TableId(schema == null ? database : schema, null, table);
  }

  private static @Nullable String name(@Nullable String quoted, @Nullable String plain) {
    return quoted == null ? plain : quoted.replace("``", "`");
  }
}
