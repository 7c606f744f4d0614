package dev.outrail.relay.capture;

import dev.outrail.relay.capture.ValueRule.Use;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The columns of an outbox table that are read. Their names are matched without regard to case. */
public enum OutboxColumn {
  ID(Use.ID),
  AGGREGATETYPE(Use.TEXT),
  AGGREGATEID(Use.TEXT),
  TYPE(Use.TEXT),
  PAYLOAD(Use.PAYLOAD),
  CONTENT_TYPE(Use.TEXT),
  TRACEPARENT(Use.TEXT),
  TRACESTATE(Use.TEXT),
  HEADERS(Use.HEADERS),
  /** Of other types than TIMESTAMP and DATETIME it counts as not there. */
  CREATED_AT(null);

  private static final String MESSAGING_SQL =
      "Add the column (see messaging.sql for the table), or take its schema out of outbox.schemas.";

  private final @Nullable Use use;

  OutboxColumn(@Nullable Use use) {
    this.use = use;
  }

  /** Null if this column is none of those that are read. */
  static @Nullable OutboxColumn of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    for (OutboxColumn column : values()) {
      if (column.name().equals(upper)) {
        return column;
      }
    }
    return null;
  }

  boolean isText() {
    return use == Use.ID || use == Use.TEXT;
  }

  /** As it stands in {@code messaging.sql}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * How its values are read; not for {@link #CREATED_AT}.
   *
   * @throws HaltException if they cannot be
   */
  ValueRule rule(TableName table, ColumnType type) {
    ValueRule rule = rule(type);
    if (rule == null) {
      throw new HaltException(refusal(table, type));
    }
    return rule;
  }

  /** The same; null if they cannot be. */
  @Nullable ValueRule rule(ColumnType type) {
    return use == null ? null : ValueRule.of(type, use);
  }

  /**
   * Those of the table's columns, as the server has them now, whose values cannot be read in the
   * same way from the binlog and by a query.
   *
   * @return empty also if there is no such table, or the account may not see it
   */
  public static List<Problem> refusals(Connection connection, TableName table) throws SQLException {
    List<Problem> problems = new ArrayList<>();
    ColumnType.of(connection, table)
        .forEach(
            (name, type) -> {
              OutboxColumn column = of(name);
              if (column != null && column.use != null && column.rule(type) == null) {
                problems.add(column.refusal(table, type));
              }
            });
    return problems;
  }

  /** The names of the types of all columns of a table, by column names in lower case. */
  public static Map<String, String> types(Connection connection, TableName table)
      throws SQLException {
    Map<String, String> types = new TreeMap<>();
    ColumnType.of(connection, table)
        .forEach((name, type) -> types.put(name.toLowerCase(Locale.ROOT), type.name()));
    return types;
  }

  /** The columns that the table has of these, invisible ones, too, for a query that reads rows. */
  public static String selected(Connection connection, TableName table) throws SQLException {
    return String.join(
        ", ",
        ColumnType.of(connection, table).keySet().stream()
            .filter(name -> of(name) != null)
            .map(name -> "`" + name.replace("`", "``") + "`")
            .toList());
  }

  /** For one that is not there and has to be. */
  static Problem missing(TableName table, OutboxColumn column) {
    return new Problem(
        "The outbox table %s has no column '%s'.".formatted(table, column), MESSAGING_SQL);
  }

  private Problem refusal(TableName table, ColumnType type) {
    String charset = type.charset();
    boolean text = charset != null && !type.name().equals("ENUM") && !type.name().equals("SET");
    return new Problem(
        "The column %s.%s is %s; %s."
            .formatted(
                table,
                this,
                type,
                text
                    ? "the relay does not know that character set"
                    : "such values are not the same in the binlog and in a query's result"),
        "ALTER TABLE %s MODIFY %s %s; (README, 'Records', has the types that are read). Rows that were written before in that"
                .formatted(
                    table.quoted(), this, text ? type.name() + "… CHARACTER SET utf8mb4" : better())
            + " type and not published yet: relay position set, behind them, then relay replay.");
  }

  private String better() {
    return this == PAYLOAD || this == HEADERS ? "MEDIUMTEXT" : "VARCHAR(255)";
  }
}
