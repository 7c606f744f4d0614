package dev.outrail.relay.check;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.purge.PurgeCheck;
import dev.outrail.relay.purge.PurgeSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The checks, as a start and {@code --check-config} run them. They change nothing, neither in MySQL
 * nor in Kafka.
 */
public final class StartChecks {

  private static final int ER_ACCESS_DENIED = 1045;

  private final MySqlServer server;
  private final List<TableName> tables;
  private final long serverId;
  private final PurgeSettings purge;

  public StartChecks(
      MySqlServer server, List<TableName> tables, long serverId, PurgeSettings purge) {
    this.server = server;
    this.tables = tables;
    this.serverId = serverId;
    this.purge = purge;
  }

  /**
   * Whether MySQL is set up for the relay.
   *
   * @return everything that is wrong, empty if nothing is
   * @throws TransientException if the server cannot be reached
   */
  public List<Finding> mysql() {
    try (Connection connection = server.connect()) {
      MySqlFacts facts = MySqlFacts.ask(connection, tables);
      List<Finding> findings = new ArrayList<>(MySqlChecks.judge(facts, serverId));
      if (findings.stream().noneMatch(finding -> finding.check() == Check.VERSION)) {
        PurgeCheck.problems(connection, tables, purge, facts.account())
            .forEach(problem -> findings.add(new Finding(Check.PURGE, problem)));
      }
      return findings;
    } catch (SQLException e) {
      if (e.getErrorCode() == ER_ACCESS_DENIED) {
        return List.of(
            new Finding(
                Check.LOGIN,
                new Problem(
                    "MySQL at %s refuses the login: %s.".formatted(server, e.getMessage()),
                    "Check mysql.user and mysql.password (or mysql.password.file), and that the account exists for this host.")));
      }
      throw new TransientException(
          "MySQL at %s cannot be reached (%s). Remedy: check mysql.host, mysql.port, and that the server runs."
              .formatted(server, rootMessage(e)),
          e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }
}
