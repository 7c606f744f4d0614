package dev.outrail.bench.contender.log;

import dev.outrail.testbed.mysql.MySqlServer;
import dev.outrail.testbed.process.ManagedProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Notices that a process has begun to read the binlog, as the server sees it: the same for all,
 * whatever they say themselves. For one thread.
 */
final class BinlogConnections implements AutoCloseable {

  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(3);

  private final Connection connection;
  private final Set<Long> before;

  private BinlogConnections(Connection connection) throws SQLException {
    this.connection = connection;
    this.before = reading();
  }

  /** Remembers who reads already. */
  static BinlogConnections watch(MySqlServer mysql) {
    try {
      return new BinlogConnections(mysql.dataSource("").getConnection());
    } catch (SQLException e) {
      throw new IllegalStateException("Looking for readers of the binlog", e);
    }
  }

  /** Waits for one more than were there. */
  void awaitNew(ManagedProcess process) {
    process.await("binlog connection", BEGINS_WITHIN, () -> !before.containsAll(reading()));
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("Closing a connection", e);
    }
  }

  private Set<Long> reading() {
    try (Statement statement = connection.createStatement();
        ResultSet threads = statement.executeQuery("SHOW PROCESSLIST")) {
      Set<Long> reading = new HashSet<>();
      while (threads.next()) {
        if (threads.getString("Command").startsWith("Binlog Dump")) {
          reading.add(threads.getLong("Id"));
        }
      }
      return reading;
    } catch (SQLException e) {
      throw new IllegalStateException("Looking for readers of the binlog", e);
    }
  }
}
