package dev.outrail.relay.capture;

import java.util.Locale;
import java.util.Set;

/**
 * Writes a statement so that the parser reads what MySQL has read, whatever the session's {@code
 * sql_mode} was: strings in single quotes, backslashes only before what they escape, names that are
 * quoted in back-ticks, no comments. Names that the parser would take for keywords are quoted, too.
 */
final class DdlText {

  static final long ANSI_QUOTES = 4;
  static final long NO_BACKSLASH_ESCAPES = 1 << 20;

  /** Keywords of the parser's grammar that MySQL 8.0 allows as names without quotes. */
  private static final Set<String> TAKEN_FOR_KEYWORDS =
      Set.of(
          "AUTO",
          "ENGINE_ATTRIBUTE",
          "JSON_ARRAYAGG",
          "JSON_OBJECTAGG",
          "MANUAL",
          "OFFLINE",
          "ONLINE",
          "PARALLEL",
          "QUALIFY",
          "TABLESAMPLE",
          "URL",
          "VECTOR");

  /** What stands before a column's name. */
  private static final Set<String> BEFORE_A_NAME =
      Set.of("(", ",", ".", "ADD", "COLUMN", "CHANGE", "MODIFY", "ALTER", "DROP", "AFTER", "TO");

  private final String sql;
  private final boolean ansiQuotes;
  private final boolean backslashEscapes;
  private final StringBuilder text;
  private int at;
  private String last = "";
  private boolean changing;

  private DdlText(String sql, long sqlMode) {
    this.sql = sql;
    this.ansiQuotes = (sqlMode & ANSI_QUOTES) != 0;
    this.backslashEscapes = (sqlMode & NO_BACKSLASH_ESCAPES) == 0;
    this.text = new StringBuilder(sql.length() + 16);
  }

  /**
   * Rewrites a statement.
   *
   * @param sqlMode the session's, in MySQL's bits
   */
  static String plain(String sql, long sqlMode) {
    return new DdlText(sql, sqlMode).rewritten();
  }

  private String rewritten() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == '\'' || c == '"' && !ansiQuotes) {
        string(c);
        token("'");
      } else if (c == '`' || c == '"') {
        name(c);
        token("`");
      } else if (isComment()) {
        comment();
      } else if (isWordPart(c)) {
        word();
      } else {
        text.append(c);
        at++;
        if (!Character.isWhitespace(c)) {
          token(String.valueOf(c));
        }
      }
    }
    return text.toString();
  }

  private void token(String token) {
    boolean name = token.equals("`") || isWordPart(token.charAt(0));
    changing =
        token.equals("CHANGE")
            || changing && token.equals("COLUMN")
            || changing && name && BEFORE_A_NAME.contains(last);
    last = token;
  }

  private void string(char quote) {
    text.append('\'');
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (c == '\\' && backslashEscapes && at + 1 < sql.length()) {
        text.append(c).append(sql.charAt(++at));
      } else if (c == quote) {
        if (!isNext(quote)) {
          break;
        }
        at++;
        text.append(quote == '\'' ? "''" : "\"");
      } else {
        text.append(c == '\\' ? "\\\\" : c == '\'' ? "''" : String.valueOf(c));
      }
    }
    at++;
    text.append('\'');
  }

  private void name(char quote) {
    text.append('`');
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (c == quote) {
        if (!isNext(quote)) {
          break;
        }
        at++;
      }
      text.append(c == '`' ? "``" : String.valueOf(c));
    }
    at++;
    text.append('`');
  }

  private void word() {
    int start = at;
    while (at < sql.length() && isWordPart(sql.charAt(at))) {
      at++;
    }
    String word = sql.substring(start, at);
    String upper = word.toUpperCase(Locale.ROOT);
    if (TAKEN_FOR_KEYWORDS.contains(upper)
        && (BEFORE_A_NAME.contains(last) || changing)
        && "(='".indexOf(nextVisible()) < 0) {
      text.append('`').append(word).append('`');
      token("`");
    } else {
      text.append(word);
      token(upper);
    }
  }

  /** A space at the end. */
  private char nextVisible() {
    int next = at;
    while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
      next++;
    }
    return next < sql.length() ? sql.charAt(next) : ' ';
  }

  private boolean isComment() {
    return sql.charAt(at) == '#'
        || sql.startsWith("/*", at) && !sql.startsWith("/*!", at)
        || sql.startsWith("--", at) && (at + 2 == sql.length() || sql.charAt(at + 2) <= ' ');
  }

  private void comment() {
    boolean toEndOfLine = sql.charAt(at) != '/';
    int end = toEndOfLine ? sql.indexOf('\n', at) : sql.indexOf("*/", at + 2);
    at = end < 0 ? sql.length() : toEndOfLine ? end : end + 2;
    text.append(' ');
  }

  private boolean isNext(char c) {
    return at + 1 < sql.length() && sql.charAt(at + 1) == c;
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c >= 0x80;
  }
}
