package dev.outrail.relay.capture;

import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import io.debezium.connector.binlog.jdbc.BinlogSystemVariables.BinlogScope;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.charset.MySqlCharsetRegistry;
import io.debezium.relational.SystemVariables;
import io.debezium.relational.Tables;
import io.debezium.relational.Tables.TableFilter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
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

  private static final String VARIABLES =
      """
      SHOW GLOBAL VARIABLES WHERE Variable_name IN
        ('character_set_server', 'collation_server', 'sql_mode')
      """;

  private final MySqlServer server;
  private final List<TableName> tables;

  public ShapeReader(MySqlServer server, List<TableName> tables) {
    this.server = server;
    this.tables = tables;
  }

  /**
   * The shapes of this moment, which is later than the {@code gtid_executed} that was asked for
   * before. If both calls give the same shapes, they are the shapes at a GTID set read in between.
   *
   * @throws TransientException if the server does not answer, or a table is not there
   * @throws HaltException if a table's definition cannot be understood
   */
  public TableShapes present() {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      MySqlAntlrDdlParser parser =
          new MySqlAntlrDdlParser(
              true, false, false, TableFilter.includeAll(), new MySqlCharsetRegistry());
      apply(variables(statement), parser.systemVariables());
      Map<String, String> charsets = charsets(connection);
      parser.charsetNameForDatabase().putAll(charsets);
      Tables shapes = new Tables();
      for (TableName table : tables) {
        parser.setCurrentSchema(table.schema());
        parse(parser, definition(statement, table), shapes);
      }
      return new TableShapes(
          tables,
          charsets,
          shapes.tableIds().stream().map(shapes::forTable).toList(),
          executed(statement));
    } catch (SQLException e) {
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
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
      throw new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
    }
  }

  static void apply(Map<String, String> variables, SystemVariables to) {
    variables.forEach((name, value) -> to.setVariable(BinlogScope.GLOBAL, name, value));
  }

  private static void parse(MySqlAntlrDdlParser parser, String definition, Tables into) {
    try {
      parser.parse(definition, into);
    } catch (RuntimeException e) {
      throw CaptureFailures.notUnderstood(definition, e);
    }
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
    try (PreparedStatement select = connection.prepareStatement(CHARSET)) {
      for (String schema : schemas) {
        select.setString(1, schema);
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            found.put(schema, row.getString(1));
          }
        }
      }
    }
    return found;
  }

  private static String definition(Statement statement, TableName table) throws SQLException {
    try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + table.quoted())) {
      row.next();
      return row.getString(2);
    }
  }

  private static String executed(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      result.next();
      return GtidSets.normalise(result.getString(1));
    }
  }
}
