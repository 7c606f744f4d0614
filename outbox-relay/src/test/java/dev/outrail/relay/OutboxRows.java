package dev.outrail.relay;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** Writes outbox rows and looks at GTIDs, for tests that read the tables without a relay. */
final class OutboxRows implements AutoCloseable {

  private static final int SESSION_TRACK_GTIDS = 3;

  private final RelayHarness relay;
  private final Connection connection;

  /** Connected as root. */
  OutboxRows(RelayHarness relay) {
    this.relay = relay;
    var mysql = relay.testbed.mysql();
    Properties properties = new Properties();
    properties.setProperty("user", mysql.rootUser());
    properties.setProperty("password", mysql.rootPassword());
    properties.setProperty("trackSessionState", "true");
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("forceConnectionTimeZoneToSession", "true");
    try {
      this.connection = DriverManager.getConnection(mysql.jdbcUrl(relay.schema()), properties);
      execute("SET SESSION session_track_gtids = OWN_GTID");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The server as the relay's account sees it. */
  static MySqlServer server(RelayHarness relay) {
    return new MySqlServer(
        relay.settings.get("mysql.host"),
        Integer.parseInt(relay.settings.get("mysql.port")),
        relay.settings.get("mysql.user"),
        relay.settings.get("mysql.password"),
        "PREFERRED",
        "",
        "",
        "",
        "",
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        null);
  }

  static List<TableName> tables(RelayHarness relay) {
    return relay.schemas.stream().map(schema -> new TableName(schema, "outbox")).toList();
  }

  /** A UUIDv7 whose order is that of the numbers. */
  static String version7(long number) {
    return "0190a5c0-%04x-7%03x-8000-%012x".formatted(number >> 12, number & 0xfff, number);
  }

  void insert(
      String schema, String id, String topic, String key, String type, byte[] payload, String at) {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO %s.outbox (id, aggregatetype, aggregateid, type, payload, created_at) VALUES (?, ?, ?, ?, ?, ?)"
                .formatted(schema))) {
      insert.setString(1, id);
      insert.setString(2, topic);
      insert.setString(3, key);
      insert.setString(4, type);
      insert.setBytes(5, payload);
      insert.setString(6, at);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void insert(String id, String topic, String key, String type, String at) {
    insert(relay.schema(), id, topic, key, type, new byte[] {'{', '}'}, at);
  }

  void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String query(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The binlog file that is being written. */
  String currentBinlog() {
    try (Statement statement = connection.createStatement();
        ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
      String last = "";
      while (files.next()) {
        last = files.getString(1);
      }
      return last;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String executed() {
    return query("SELECT @@GLOBAL.gtid_executed").replace("\n", "");
  }

  String subtract(String from, String what) {
    return query("SELECT GTID_SUBTRACT('%s', '%s')".formatted(from, what)).replace("\n", "");
  }

  /** Several statements in one transaction; its GTID. */
  String inOneTransaction(Runnable statements) {
    try {
      connection.setAutoCommit(false);
      statements.run();
      connection.commit();
      String gtid = lastGtid();
      connection.setAutoCommit(true);
      return gtid;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String lastGtid() {
    return ((JdbcConnection) connection)
            .getServerSessionStateController()
            .getSessionStateChanges()
            .getSessionStateChangesList()
            .stream()
            .filter(change -> change.getType() == SESSION_TRACK_GTIDS)
            .map(SessionStateChange::getValues)
            .map(values -> values.get(0))
            .reduce((first, second) -> second)
            .orElseThrow();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
