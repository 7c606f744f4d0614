package dev.outrail.relay.capture;

import io.debezium.relational.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column, in one notation, whoever names it: a table's shape, the server's {@code
 * information_schema}, or the result of a query.
 *
 * @param name as {@code information_schema} has it, in upper case: {@code VARCHAR}, {@code BIGINT}
 * @param length what stands in brackets behind BINARY; 0 for others
 * @param unsigned whether a number has no sign
 * @param charset in lower case; null if the type has none, or it is not known. In the result of a
 *     query, text is always UTF-8
 * @param labels of an ENUM, as SQL literals, one or several in an element; empty in the result of a
 *     query
 */
record ColumnType(
    String name, long length, boolean unsigned, @Nullable String charset, List<String> labels) {

  private static final String OF_TABLE =
      """
      SELECT column_name, data_type, column_type, character_octet_length, character_set_name
      FROM information_schema.columns WHERE table_schema = ? AND table_name = ?
      ORDER BY ordinal_position
      """;

  /** DDL knows some types by several names. */
  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("CHARACTER", "CHAR"),
          Map.entry("NCHAR", "CHAR"),
          Map.entry("CHARACTER VARYING", "VARCHAR"),
          Map.entry("CHAR VARYING", "VARCHAR"),
          Map.entry("VARCHARACTER", "VARCHAR"),
          Map.entry("NVARCHAR", "VARCHAR"),
          Map.entry("NCHAR VARCHAR", "VARCHAR"),
          Map.entry("NCHAR VARYING", "VARCHAR"),
          Map.entry("LONG", "MEDIUMTEXT"),
          Map.entry("LONG VARCHAR", "MEDIUMTEXT"),
          Map.entry("LONG CHAR VARYING", "MEDIUMTEXT"),
          Map.entry("LONG VARBINARY", "MEDIUMBLOB"),
          Map.entry("BOOL", "TINYINT"),
          Map.entry("BOOLEAN", "TINYINT"),
          Map.entry("INT1", "TINYINT"),
          Map.entry("INT2", "SMALLINT"),
          Map.entry("INT3", "MEDIUMINT"),
          Map.entry("MIDDLEINT", "MEDIUMINT"),
          Map.entry("INT4", "INT"),
          Map.entry("INTEGER", "INT"),
          Map.entry("INT8", "BIGINT"),
          Map.entry("SERIAL", "BIGINT"),
          Map.entry("DEC", "DECIMAL"),
          Map.entry("FIXED", "DECIMAL"),
          Map.entry("NUMERIC", "DECIMAL"));

  /** What has another name if its character set is {@code binary}. */
  private static final Map<String, String> BINARY =
      Map.of(
          "CHAR", "BINARY",
          "VARCHAR", "VARBINARY",
          "TINYTEXT", "TINYBLOB",
          "TEXT", "BLOB",
          "MEDIUMTEXT", "MEDIUMBLOB",
          "LONGTEXT", "LONGBLOB");

  /** Of a column as DDL declares it. */
  static ColumnType of(Column column) {
    String declared = column.typeName().toUpperCase(Locale.ROOT);
    List<String> words = new ArrayList<>(Arrays.asList(declared.split("[^A-Z0-9]+")));
    boolean unsigned =
        words.remove("UNSIGNED") | words.remove("ZEROFILL") | declared.equals("SERIAL");
    words.remove("SIGNED");
    boolean national = words.remove("NATIONAL") || words.get(0).startsWith("N");
    if (words.size() > 1) {
      words.remove("BINARY"); // of a text: the collation
    }
    String name = SYNONYMS.getOrDefault(String.join(" ", words), String.join(" ", words));
    String charset = column.charsetName();
    if (charset == null && national && BINARY.containsKey(name)) {
      charset = "utf8mb3";
    }
    return new ColumnType(
            name, Math.max(1, column.length()), unsigned, charset, column.enumValues())
        .settled();
  }

  /** Of a column of a query's result. */
  static ColumnType of(ResultSetMetaData columns, int index) throws SQLException {
    String name = columns.getColumnTypeName(index).toUpperCase(Locale.ROOT);
    boolean unsigned = name.endsWith(" UNSIGNED");
    return new ColumnType(
            name.replace(" UNSIGNED", ""),
            columns.getPrecision(index),
            unsigned,
            BINARY.containsKey(name) ? "utf8mb4" : null,
            List.of())
        .settled();
  }

  /**
   * Of all columns of a table, invisible ones, too, by their names as they were declared; empty if
   * there is no such table.
   */
  static Map<String, ColumnType> of(Connection connection, TableName table) throws SQLException {
    Map<String, ColumnType> found = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(OF_TABLE)) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          String declared = rows.getString(3);
          String charset = rows.getString(5);
          found.put(
              rows.getString(1),
              new ColumnType(
                      rows.getString(2).toUpperCase(Locale.ROOT),
                      rows.getLong(4),
                      declared.contains(" unsigned"),
                      charset,
                      declared.startsWith("enum(")
                          ? List.of(declared.substring("enum(".length(), declared.length() - 1))
                          : List.of())
                  .settled());
        }
      }
    }
    return found;
  }

  /** As a person would write it. */
  @Override
  public String toString() {
    return name
        + (name.equals("BINARY") ? "(" + length + ")" : "")
        + (unsigned ? " UNSIGNED" : "")
        + (charset == null ? "" : " CHARACTER SET " + charset);
  }

  private ColumnType settled() {
    boolean binary = "binary".equalsIgnoreCase(charset);
    String name = binary ? BINARY.getOrDefault(this.name, this.name) : this.name;
    String charset = this.charset;
    return new ColumnType(
        name,
        name.equals("BINARY") ? length : 0,
        unsigned,
        charset == null || (binary && !name.equals("ENUM"))
            ? null
            : charset.toLowerCase(Locale.ROOT),
        labels);
  }
}
