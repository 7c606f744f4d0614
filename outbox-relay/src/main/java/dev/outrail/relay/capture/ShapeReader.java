package dev.outrail.relay.capture;

import dev.outrail.relay.capture.MappedColumn.Kind;
import dev.outrail.relay.problem.TransientException;
import io.debezium.connector.binlog.jdbc.BinlogSystemVariables.BinlogScope;
import io.debezium.relational.SystemVariables;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the server for the shapes that the outbox tables have now. No other table is looked at. */
public final class ShapeReader {

  private static final String CHARSET =
      "SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = ?";

  private static final String TABLE_CHARSET =
      """
      SELECT c.character_set_name
      FROM information_schema.tables t
      JOIN information_schema.collations c ON c.collation_name = t.table_collation
      WHERE t.table_schema = ? AND t.table_name = ?
      """;

  private static final String COLUMNS =
      """
      SELECT c.column_name, c.data_type, c.column_type, c.is_nullable, c.character_octet_length,
             c.numeric_precision, c.numeric_scale, c.datetime_precision, o.id
      FROM information_schema.columns c
      LEFT JOIN information_schema.collations o ON o.collation_name = c.collation_name
      WHERE c.table_schema = ? AND c.table_name = ?
      ORDER BY c.ordinal_position
      """;

  /** Since 8.0.30 it can be hidden that a table has a primary key which nobody asked for. */
  private static final String SHOW_ALL_COLUMNS =
      "SET SESSION show_gipk_in_create_table_and_information_schema = ON";

  private static final int NO_SUCH_VARIABLE = 1193;

  private static final String VARIABLES =
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN
        ('character_set_server', 'collation_server', 'sql_mode')
      """;

  /**
   * A table's columns as they were after these transactions, or later.
   *
   * @param columns with names and labels; none if there is no such table
   * @param readAt the {@code gtid_executed} that was read behind them
   */
  record Seen(List<MappedColumn> columns, String readAt) {}

  private final MySqlServer server;
  private final List<TableName> tables;

  public ShapeReader(MySqlServer server, List<TableName> tables) {
    this.server = server;
    this.tables = tables;
  }

  /**
   * The shapes of this moment, which is earlier than the {@code gtid_executed} that comes with
   * them. If two calls give the same shapes, they are the shapes at a GTID set read in between.
   *
   * @throws TransientException if the server does not answer, or a table is not there
   */
  public TableShapes present() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      Map<String, String> charsets = charsets(connection);
      List<Table> shapes = new ArrayList<>();
      for (TableName table : tables) {
        List<MappedColumn> columns = columns(connection, table);
        if (columns.isEmpty()) {
          throw new TransientException(
              "MySQL at " + server + ": there is no table " + table + ", or no right to read it",
              null);
        }
        shapes.add(
            TableShape.of(
                new TableId(table.schema(), null, table.table()),
                columns,
                first(connection, TABLE_CHARSET, table.schema(), table.table())));
      }
      return new TableShapes(tables, charsets, shapes, executed(statement));
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  /**
   * One table as it is now.
   *
   * @throws TransientException if the server does not answer
   */
  Seen see(TableName table) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      List<MappedColumn> columns = columns(connection, table);
      return new Seen(columns, executed(statement));
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  /**
   * The shapes to begin with at a position.
   *
   * @param stored what was stored with it; null if nothing was. Then, and for tables that the
   *     stored ones do not follow yet, the present shapes are taken.
   * @param completed the position's GTID set
   */
  public TableShapes at(@Nullable TableShapes stored, String completed) {
    TableShapes shapes =
        stored == null
            ? present()
            : stored.follow(tables) ? stored : stored.completedBy(present(), tables);
    String readAt = shapes.readAt();
    return readAt != null && GtidSets.contains(completed, readAt) ? shapes.exact() : shapes;
  }

  /** What the server's settings contribute to the meaning of a DDL statement. */
  Map<String, String> variables() {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return variables(statement);
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  static void apply(Map<String, String> variables, SystemVariables to) {
    variables.forEach((name, value) -> to.setVariable(BinlogScope.GLOBAL, name, value));
  }

  private static Map<String, String> variables(Statement statement) throws SQLException {
    Map<String, String> found = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(VARIABLES)) {
      while (rows.next()) {
        found.put(rows.getString(1), rows.getString(2));
      }
    }
    return found;
  }

  private Map<String, String> charsets(Connection connection) throws SQLException {
    Map<String, String> found = new TreeMap<>();
    Set<String> schemas =
        tables.stream().map(TableName::schema).collect(Collectors.toCollection(TreeSet::new));
    for (String schema : schemas) {
      String charset = first(connection, CHARSET, schema);
      if (charset != null) {
        found.put(schema, charset);
      }
    }
    return found;
  }

  private Connection connect() throws SQLException {
    Connection connection = server.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute(SHOW_ALL_COLUMNS);
    } catch (SQLException e) {
      if (e.getErrorCode() != NO_SUCH_VARIABLE) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  private static List<MappedColumn> columns(Connection connection, TableName table)
      throws SQLException {
    List<MappedColumn> columns = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(COLUMNS)) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          columns.add(column(row));
        }
      }
    }
    return columns;
  }

  private static MappedColumn column(ResultSet row) throws SQLException {
    String type = row.getString(2).toUpperCase(Locale.ROOT);
    String declared = row.getString(3);
    Kind kind =
        switch (type) {
          case "BINARY" -> Kind.CHAR;
          case "VARBINARY" -> Kind.VARCHAR;
          case "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB" ->
              Kind.TEXT;
          default -> Kind.isName(type) ? Kind.valueOf(type) : Kind.GEOMETRY; // POINT, and its like
        };
    int collation = row.getInt(9);
    boolean hasCollation = !row.wasNull();
    return new MappedColumn(
        kind,
        size(kind, type, row),
        kind == Kind.YEAR || kind.isNumber() && declared.contains("unsigned"),
        "YES".equalsIgnoreCase(row.getString(4)),
        hasCollation ? Integer.valueOf(collation) : kind.isString() ? MappedColumn.BINARY : null,
        row.getString(1),
        kind.hasLabels() ? Labels.ofType(declared) : null);
  }

  private static int size(Kind kind, String type, ResultSet row) throws SQLException {
    return switch (kind) {
      case CHAR, VARCHAR -> row.getInt(5);
      case TEXT ->
          type.startsWith("TINY")
              ? 1
              : type.startsWith("MEDIUM") ? 3 : type.startsWith("LONG") ? 4 : 2;
      case DECIMAL -> row.getInt(6) | row.getInt(7) << 8;
      case BIT -> row.getInt(6) / 8 << 8 | row.getInt(6) % 8;
      case DATETIME, TIMESTAMP, TIME -> row.getInt(8);
      case FLOAT, JSON, GEOMETRY, VECTOR -> 4;
      case DOUBLE -> 8;
      default -> 0;
    };
  }

  private static @Nullable String first(Connection connection, String query, String... parameters)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setString(i + 1, parameters[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private TransientException unreachable(SQLException e) {
    return new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
  }

  private static String executed(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return GtidSets.normalise(result.getString(1));
    }
  }
}
