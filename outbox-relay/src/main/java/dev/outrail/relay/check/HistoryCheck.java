package dev.outrail.relay.check;

import dev.outrail.relay.capture.GtidSets;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a position with the server's history. Going on is right if and only if the server has
 * executed every transaction of the position and still has every other one in its binlog, be it the
 * server that the position came from or another one that has replicated it.
 */
public final class HistoryCheck {

  private static final Logger log = LoggerFactory.getLogger(HistoryCheck.class);

  /** A replica that has just taken over may be this far behind. */
  private static final int LAG_SECONDS = 5;

  private static final String PURGED = "SELECT @@GLOBAL.gtid_purged";
  private static final String EXECUTED = "SELECT @@GLOBAL.gtid_executed";
  private static final String SUBTRACT = "SELECT GTID_SUBTRACT(?, ?)";
  private static final String AWAIT = "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)";

  private final MySqlServer server;

  public HistoryCheck(MySqlServer server) {
    this.server = server;
  }

  /**
   * Checks a position to go on from. Waits some seconds for a replica that lags.
   *
   * @throws HaltException if the server lacks transactions of the position, or has purged later
   *     ones; says which, how many, and the commands to go on with
   * @throws TransientException if the server does not answer
   */
  public void check(Position position) {
    try (Connection connection = server.connect()) {
      requireExecuted(connection, position);
      requireNotPurged(connection, position);
    } catch (SQLException e) {
      throw unanswered(e);
    }
  }

  /**
   * Checks the position that {@code from=gtid:…} asks for.
   *
   * @throws RefusedException if nothing can start there; says how many transactions are missing
   * @throws TransientException if the server does not answer
   */
  public void requireStartable(String gtids) {
    try (Connection connection = server.connect()) {
      String unknown = subtract(connection, gtids, ask(connection, EXECUTED));
      String purged = subtract(connection, ask(connection, PURGED), gtids);
      List<Problem> problems = new ArrayList<>();
      if (!unknown.isEmpty()) {
        problems.add(
            new Problem(
                "from=gtid: %s of the set %s not been executed by MySQL at %s: %s."
                    .formatted(transactions(unknown), have(unknown), server, unknown),
                "Correct the set, or point mysql.host to the server that it was taken from. SELECT @@GLOBAL.gtid_executed"
                    + " says what this one has."));
      }
      if (!purged.isEmpty()) {
        problems.add(
            new Problem(
                "from=gtid: %s outside the set %s no longer in the binlog of MySQL at %s: %s."
                    .formatted(
                        transactions(purged),
                        GtidSets.count(purged) == 1 ? "is" : "are",
                        server,
                        purged),
                "Take a set that contains them (SELECT @@GLOBAL.gtid_purged), or from=beginning, which publishes the rows"
                    + " that are in the table."));
      }
      if (!problems.isEmpty()) {
        throw new RefusedException(problems);
      }
    } catch (SQLException e) {
      throw unanswered(e);
    }
  }

  private void requireExecuted(Connection connection, Position position) throws SQLException {
    Position.Partial partial = position.partial();
    String published =
        partial == null ? position.completed() : position.completed() + "," + partial.gtid();
    String missing = subtract(connection, published, ask(connection, EXECUTED));
    if (missing.isEmpty()) {
      return;
    }
    log.info(
        "MySQL at {} has not executed {} of the position ({}); waiting up to {} s in case it is a replica that lags",
        server,
        transactions(missing),
        missing,
        LAG_SECONDS);
    await(connection, missing);
    String executed = ask(connection, EXECUTED);
    missing = subtract(connection, published, executed);
    if (missing.isEmpty()) {
      return;
    }
    String common = subtract(connection, published, missing);
    throw new HaltException(
        ("MySQL at %s lacks %s that the position contains: %s. It is a replica that lags, a restored backup, or another"
                + " server altogether%s.")
            .formatted(
                server,
                transactions(missing),
                missing,
                common.isEmpty() ? " (it has none of the position's transactions)" : ""),
        ("If it lags, restart the relay once it has caught up. If mysql.host points to the wrong server, correct it. If"
                + " these transactions are lost for good, go on without them with 'relay position set --gtids '%s'"
                + " --execute'; events of theirs are in the topics already, although their rows no longer exist. Events"
                + " that may then be missing from the topics are in the table: 'relay replay --from <time> --to <time>'.")
            .formatted(common.isEmpty() ? executed : common));
  }

  private void requireNotPurged(Connection connection, Position position) throws SQLException {
    String purged = ask(connection, PURGED);
    String gone = subtract(connection, purged, position.completed());
    if (gone.isEmpty()) {
      return;
    }
    String behind = subtract(connection, position.completed() + "," + purged, "");
    throw new HaltException(
        "MySQL at %s has purged %s that the relay has not read: %s."
            .formatted(server, transactions(gone), gone),
        ("If a server of this replication set still has them in its binlog, point mysql.host to that one. Else go on"
                + " behind them with 'relay position set --gtids '%s' --execute', and bring the events that may be missing"
                + " from the table with 'relay replay --from <time the relay stopped> --to <now>'. Keep the binlog for"
                + " longer than the relay may be down (binlog_expire_logs_seconds).")
            .formatted(behind));
  }

  private static void await(Connection connection, String set) throws SQLException {
    try (PreparedStatement wait = connection.prepareStatement(AWAIT)) {
      wait.setString(1, set);
      wait.setInt(2, LAG_SECONDS);
      wait.executeQuery().close();
    }
  }

  private static String subtract(Connection connection, String from, String what)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SUBTRACT)) {
      select.setString(1, from);
      select.setString(2, what);
      try (ResultSet result = select.executeQuery()) {
        result.next();
        return GtidSets.normalise(String.valueOf(result.getString(1)));
      }
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return GtidSets.normalise(result.getString(1));
    }
  }

  private static String transactions(String set) {
    long count = GtidSets.count(set);
    return count == 1 ? "1 transaction" : count + " transactions";
  }

  private static String have(String set) {
    return GtidSets.count(set) == 1 ? "has" : "have";
  }

  private TransientException unanswered(SQLException e) {
    return new TransientException("MySQL at " + server + ": " + e.getMessage(), e);
  }
}
