package dev.outrail.relay.capture;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which statements of the binlog are parsed at all: those that can change an outbox table's shape.
 * No other statement can stop the relay, be it never so new or odd.
 *
 * <p>Let through are {@code ALTER | CREATE | DROP | RENAME TABLE} with an outbox table's name as a
 * whole word anywhere (the name alone decides), and {@code CREATE | ALTER | DROP DATABASE} of the
 * databases they live in, which decide about the character set of a table that names none. Tables
 * are often altered by building another one and swapping the names; so {@code _outbox_gho}, {@code
 * _outbox_del} (gh-ost), {@code _outbox_new}, {@code _outbox_old} (pt-online-schema-change), {@code
 * outbox_new} and {@code outbox_old} are followed as well. Temporary tables are never outbox
 * tables, and {@code TRUNCATE} changes no shape.
 */
final class DdlFilter {

  /** White space, comments, and the marks around {@code /*!50001 … *}{@code /}. */
  static final String GAP = "(?:\\s|/\\*!\\d*|\\*/|/\\*(?!!).*?\\*/|--\\s[^\\n]*+|#[^\\n]*+)";

  private static final String WORD_BEGIN = "(?<![\\w$])";
  private static final String WORD_END = "(?![\\w$])";

  private final OutboxNames names;
  private final Pattern statements;
  private final Pattern followed;

  DdlFilter(OutboxNames names) {
    this.names = names;
    List<TableName> outboxes = names.tables();
    String tables = inThisCase(namesOf(outboxes.stream().map(TableName::table).toList()));
    String schemas = inThisCase(anyOf(outboxes.stream().map(TableName::schema).toList()));
    this.statements = Pattern.compile(tableStatement(tables) + "|" + databaseStatement(schemas));
    this.followed = Pattern.compile(tables);
  }

  /** Whether a statement may change the shape of an outbox table, or of one that becomes one. */
  boolean mayChange(String sql) {
    return statements.matcher(sql).lookingAt();
  }

  /** Whether a statement may be about this table and no other. */
  boolean mayChange(TableName table, Statement statement) {
    String sql = DdlText.plain(statement.getSql(), statement.sqlMode());
    return mayChange(sql) && isAbout(sql, statement.getDatabase(), table.schema(), table.table());
  }

  /**
   * Whether a statement that {@link #mayChange} may be about a table.
   *
   * @param database the session's
   */
  boolean isAbout(String sql, String database, String schema, String table) {
    Matcher ofDatabase =
        Pattern.compile(databaseStatement(inThisCase(Pattern.quote(schema)))).matcher(sql);
    return ofDatabase.lookingAt()
        || has(sql, table)
            && (has(sql, schema)
                || (names.caseMatters()
                    ? database.equals(schema)
                    : database.equalsIgnoreCase(schema)));
  }

  /** Whether the statements let through may be about a table of this name. */
  boolean follows(String table) {
    return followed.matcher(table).matches();
  }

  private boolean has(String sql, String name) {
    return Pattern.compile(WORD_BEGIN + inThisCase(Pattern.quote(name)) + WORD_END)
        .matcher(sql)
        .find();
  }

  private static String tableStatement(String tables) {
    return "(?is)"
        + GAP
        + "*+(?:ALTER|CREATE|DROP|RENAME)"
        + GAP
        + "++TABLES?\\b.*"
        + WORD_BEGIN
        + tables
        + WORD_END;
  }

  private static String databaseStatement(String schemas) {
    return "(?is)"
        + GAP
        + "*+(?:ALTER|CREATE|DROP)"
        + GAP
        + "++(?:DATABASE|SCHEMA)\\b.*"
        + WORD_BEGIN
        + schemas
        + WORD_END;
  }

  private String inThisCase(String pattern) {
    return (names.caseMatters() ? "(?-i:" : "(?i:") + pattern + ")";
  }

  private static String namesOf(List<String> tables) {
    return "_*+" + anyOf(tables) + "(?:_new|_gho|_old|_del)?";
  }

  private static String anyOf(List<String> names) {
    return names.stream()
        .distinct()
        .map(Pattern::quote)
        .collect(Collectors.joining("|", "(?:", ")"));
  }
}
