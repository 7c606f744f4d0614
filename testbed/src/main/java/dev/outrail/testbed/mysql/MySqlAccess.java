package dev.outrail.testbed.mysql;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Root's way into a server, the same for every provider. */
record MySqlAccess(String host, int port, String user, String password) {
  private static final String URL =
      "jdbc:mysql://%s:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true";
  private static final String PROBE = "&connectTimeout=1000&socketTimeout=2000";

  String jdbcUrl(String database) {
    return URL.formatted(host, port, database);
  }

  DataSource dataSource(String database) {
    return dataSourceFor(jdbcUrl(database));
  }

  void execute(String sql) {
    try (var connection = dataSourceFor(jdbcUrl("") + "&allowMultiQueries=true").getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "As root on port %d: %s%n%s".formatted(port, e.getMessage(), sql), e);
    }
  }

  void createDatabase(String name) {
    execute("CREATE DATABASE IF NOT EXISTS " + quoted(name));
  }

  void createUser(String name, String userPassword, String... grants) {
    String account = "'%s'@'%%'".formatted(escaped(name));
    execute("CREATE USER IF NOT EXISTS " + account);
    execute("ALTER USER %s IDENTIFIED BY '%s'".formatted(account, escaped(userPassword)));
    for (String grant : grants) {
      execute("GRANT %s TO %s".formatted(grant, account));
    }
  }

  String version() {
    try (var connection = dataSource("").getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT VERSION()")) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Asking the server on port %d for its version".formatted(port), e);
    }
  }

  /** Whether the server answers a query now; never waits long. */
  boolean answers() {
    try (var connection = dataSourceFor(jdbcUrl("") + PROBE).getConnection();
        var statement = connection.createStatement()) {
      return statement.execute("SELECT 1");
    } catch (SQLException e) {
      return false;
    }
  }

  private DataSource dataSourceFor(String url) {
    var dataSource = new MysqlDataSource();
    dataSource.setUrl(url);
    dataSource.setUser(user);
    dataSource.setPassword(password);
    return dataSource;
  }

  private static String quoted(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }

  private static String escaped(String literal) {
    return literal.replace("\\", "\\\\").replace("'", "''");
  }
}
