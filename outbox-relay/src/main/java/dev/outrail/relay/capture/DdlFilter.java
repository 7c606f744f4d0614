package dev.outrail.relay.capture;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which statements of the binlog are parsed at all: those that can change an outbox table's shape.
 * No other statement can stop the relay, be it never so new or odd.
 *
 * <p>Let through are {@code ALTER | CREATE | DROP | RENAME TABLE} with an outbox table's name as a
 * whole word anywhere (the current database is not known here, so the name decides), and {@code
 * CREATE | ALTER | DROP DATABASE} of the databases they live in, which decide about the character
 * set of a table that names none. Tables are often altered by building another one and swapping the
 * names; so {@code _outbox_gho}, {@code _outbox_del} (gh-ost), {@code _outbox_new}, {@code
 * _outbox_old} (pt-online-schema-change), {@code outbox_new} and {@code outbox_old} are followed as
 * well. Temporary tables are never outbox tables. {@code TRUNCATE} changes no shape; Debezium
 * parses {@code TRUNCATE TABLE} regardless.
 */
final class DdlFilter {

  /** White space, comments, and the marks around {@code /*!50001 … *}{@code /}. */
  static final String GAP = "(?:\\s|/\\*!\\d*|\\*/|/\\*(?!!).*?\\*/|--\\s[^\\n]*+|#[^\\n]*+)";

  private static final String WORD_BEGIN = "(?<![\\w$])";
  private static final String WORD_END = "(?![\\w$])";

  private DdlFilter() {}

  /**
   * A regular expression for {@code internal.schema.history.internal.ddl.filter}: matches what is
   * left out. Without a comma, which would end it there.
   */
  static String leftOut(List<TableName> outboxes) {
    String tables = WORD_BEGIN + namesOf(outboxes) + WORD_END;
    String schemas =
        WORD_BEGIN + anyOf(outboxes.stream().map(TableName::schema).toList()) + WORD_END;
    String tableStatement =
        GAP + "*+(?:ALTER|CREATE|DROP|RENAME)" + GAP + "++TABLES?\\b.*" + tables;
    String databaseStatement =
        GAP + "*+(?:ALTER|CREATE|DROP)" + GAP + "++(?:DATABASE|SCHEMA)\\b.*" + schemas;
    return "(?s)^(?!" + tableStatement + "|" + databaseStatement + ").*$";
  }

  /** The names of the tables that the statements let through may be about. */
  static Pattern followed(List<TableName> outboxes) {
    return Pattern.compile(namesOf(outboxes), Pattern.CASE_INSENSITIVE);
  }

  private static String namesOf(List<TableName> outboxes) {
    return "_*+"
        + anyOf(outboxes.stream().map(TableName::table).toList())
        + "(?:_new|_gho|_old|_del)?";
  }

  private static String anyOf(List<String> names) {
    return names.stream()
        .distinct()
        .map(Pattern::quote)
        .collect(Collectors.joining("|", "(?:", ")"));
  }
}
