package dev.outrail.bench.measure;

import dev.outrail.testbed.mysql.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** What the database server tells of itself. */
public final class Database {

  private static final Duration PAGES_WITHIN = Duration.ofSeconds(30);
  private static final Duration SELDOM = Duration.ofMillis(200);
  private static final long FEW_PAGES = 50;

  private final MySqlServer mysql;
  private final List<Long> pid;
  private final boolean purges;

  private Database(MySqlServer mysql, List<Long> pid, boolean purges) {
    this.mysql = mysql;
    this.pid = pid;
    this.purges = purges;
  }

  public static Database of(MySqlServer mysql) {
    String dataFolder = text(mysql, "SELECT @@datadir", 1);
    Path file = Path.of(dataFolder).resolve(text(mysql, "SELECT @@pid_file", 1));
    try {
      // A server in a container has its pid in another world
      return new Database(
          mysql,
          Files.exists(file) ? List.of(Long.parseLong(Files.readString(file).strip())) : List.of(),
          true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, but no binlog file is removed: a reader that starts meanwhile may need it. */
  public Database keepingBinlogs() {
    return new Database(mysql, pid, false);
  }

  /** CPU of the server's process; nothing if it is in a container. */
  public Usage usage() {
    return Usage.ofPids(pid);
  }

  public boolean tellsUsage() {
    return !pid.isEmpty();
  }

  /** All transactions that the server has executed. */
  public String executedGtids() {
    return text(mysql, "SELECT @@GLOBAL.gtid_executed", 1).replace("\n", "");
  }

  /** Statements that clients have sent, this one included. */
  public long statements() {
    return Long.parseLong(text(mysql, "SHOW GLOBAL STATUS LIKE 'Questions'", 2));
  }

  /** Bytes in all binlog files that are still there. */
  public long binlogBytes() {
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
      long bytes = 0;
      while (files.next()) {
        bytes += files.getLong(2);
      }
      return bytes;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether commits wait for the disk: as in production, or not, to write a backlog sooner. */
  public void waitForDisk(boolean wait) {
    mysql.execute(
        wait
            ? "SET GLOBAL sync_binlog = 1; SET GLOBAL innodb_flush_log_at_trx_commit = 1"
            : "SET GLOBAL sync_binlog = 0; SET GLOBAL innodb_flush_log_at_trx_commit = 2");
  }

  /**
   * Returns when the server has written its changed pages to their files, or after half a minute:
   * rows that were created a moment ago would else be written while something is measured.
   */
  public void awaitPagesWritten() {
    mysql.execute("SET GLOBAL innodb_max_dirty_pages_pct = 0"); // and with it its low-water mark
    try {
      Pause.until(() -> dirtyPages() <= FEW_PAGES, SELDOM, PAGES_WITHIN);
    } finally {
      mysql.execute(
          "SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT; SET GLOBAL innodb_max_dirty_pages_pct_lwm = DEFAULT");
    }
  }

  private long dirtyPages() {
    return Long.parseLong(
        text(mysql, "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'", 2));
  }

  /** Removes the binlog files that nobody reads any more. */
  public void purgeBinlogs() {
    if (purges) {
      mysql.execute("FLUSH BINARY LOGS; PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
    }
  }

  private static String text(MySqlServer mysql, String sql, int column) {
    try (Connection connection = mysql.dataSource("").getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(column);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
