package dev.outrail.testbed.mysql;

import dev.outrail.testbed.process.Server;
import javax.sql.DataSource;

/**
 * A MySQL server with binlog (ROW), GTIDs, UTC and utf8mb4, that keeps what was committed when it
 * is killed. Thread-safe.
 */
public interface MySqlServer extends Server {

  /** The address to connect to; only this machine can. */
  String host();

  /** The same over all restarts. */
  int port();

  /** A user that may do everything. */
  String rootUser();

  String rootPassword();

  /** What {@code SELECT VERSION()} says, such as {@code 8.0.31}. */
  String version();

  /** For Connector/J, without user and password; an empty name leaves the database open. */
  String jdbcUrl(String database);

  /** Connections as root, each a new one: not a pool. */
  DataSource dataSource(String database);

  /** Creates a database unless it is there. */
  void createDatabase(String name);

  /** Runs one or more statements, separated by semicolons, as root, with no database chosen. */
  void execute(String sql);

  /**
   * Creates a user that may log in from anywhere, or gives an existing one this password.
   *
   * @param grants what follows GRANT and precedes TO, such as {@code SELECT, RELOAD ON *.*}
   */
  void createUser(String name, String password, String... grants);
}
