package dev.outrail.relay.check;

import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.OutboxColumn;
import dev.outrail.relay.capture.ShapeReader;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.capture.TableShapes;
import dev.outrail.relay.config.RelayConfig;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.problem.Fatal;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.RefusedException;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.KafkaFacts;
import dev.outrail.relay.publish.PublisherSettings;
import dev.outrail.relay.purge.PurgeCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The checks, as a start and {@code --check-config} run them: {@link #mysql} at each beginning,
 * {@link #kafka} beside the first. {@link #beginning} is what a start finds out when it begins at
 * its position, with the same questions. They change nothing, neither in MySQL nor in Kafka.
 */
public final class StartChecks {

  private static final int ER_DBACCESS_DENIED = 1044;

  private final RelayConfig config;
  private final MySqlServer server;
  private final long serverId;
  private final PublisherSettings publisher;

  /**
   * @param serverId the relay's own
   */
  public StartChecks(
      RelayConfig config, MySqlServer server, long serverId, PublisherSettings publisher) {
    this.config = config;
    this.server = server;
    this.serverId = serverId;
    this.publisher = publisher;
  }

  /**
   * {@link #mysql} and {@link #kafka} at the same time: a start waits for both.
   *
   * @throws TransientException if one of the servers cannot be reached
   * @throws RefusedException if Kafka's clients cannot be made of the settings
   */
  public List<Finding> servers() throws InterruptedException {
    FutureTask<List<Finding>> kafka = new FutureTask<>(this::kafka);
    Thread thread = new Thread(kafka, "check-kafka");
    thread.setDaemon(true);
    thread.start();
    try {
      List<Finding> findings = new ArrayList<>(mysql());
      findings.addAll(kafka.get());
      return findings;
    } catch (ExecutionException e) {
      Fatal.rethrowError(e);
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      kafka.cancel(true);
    }
  }

  /**
   * Whether MySQL is set up for the relay.
   *
   * @return everything that is wrong, empty if nothing is
   * @throws TransientException if the server cannot be reached
   */
  public List<Finding> mysql() {
    try (Connection connection = server.connect()) {
      MySqlFacts facts = MySqlFacts.ask(connection, config.tables());
      List<Finding> findings = new ArrayList<>(MySqlChecks.judge(facts, serverId));
      if (server.createdAtZone() == null) {
        findings.addAll(MySqlChecks.localTimes(facts));
      }
      if (findings.stream().noneMatch(finding -> finding.check() == Check.VERSION)) {
        for (TableName table : config.tables()) {
          OutboxColumn.refusals(connection, table)
              .forEach(problem -> findings.add(new Finding(Check.COLUMN_TYPE, problem)));
        }
        PurgeCheck.problems(server, connection, config.tables(), config.purge(), facts.account())
            .forEach(problem -> findings.add(new Finding(Check.PURGE, problem)));
      }
      return findings;
    } catch (SQLException e) {
      Finding refusal = LoginRefusal.of(e, server);
      if (refusal != null) {
        return List.of(refusal);
      }
      throw unreachable(e);
    }
  }

  /**
   * Whether Kafka is set up for the relay, as far as it can be asked.
   *
   * @throws TransientException if no broker can be reached
   * @throws RefusedException if Kafka's clients cannot be made of the settings
   */
  public List<Finding> kafka() {
    return KafkaChecks.judge(
        KafkaFacts.ask(publisher, config.kafka().topics()), publisher.positionTopic());
  }

  /**
   * Whether the relay could begin where it stands, or, without a position, where a first start
   * would.
   *
   * @throws TransientException if a server cannot be reached
   * @throws RefusedException if Kafka's clients cannot be made of the settings
   */
  public List<Finding> beginning() {
    KafkaFacts.tryProducers(publisher);
    List<Finding> findings = new ArrayList<>();
    try {
      Memory memory = KafkaFacts.peek(publisher);
      StoredPosition stored = memory == null ? null : memory.position();
      if (memory == null || stored == null) {
        firstStart(findings);
      } else {
        goingOn(stored, memory.tables(), findings);
      }
    } catch (HaltException e) {
      findings.add(new Finding(Check.POSITION, e.problem()));
    }
    return findings;
  }

  private void goingOn(StoredPosition stored, @Nullable String tables, List<Finding> findings) {
    try {
      new HistoryCheck(server).check(stored.position());
    } catch (HaltException e) {
      findings.add(new Finding(Check.HISTORY, e.problem()));
    }
    shapes(
        () ->
            shapeReader()
                .at(
                    tables == null ? null : TableShapes.parse(tables),
                    stored.position().completed()),
        findings);
  }

  /**
   * What a start without a position needs of MySQL, and a later one does not.
   *
   * @throws RefusedException if it must not begin
   * @throws TransientException if the server cannot be reached
   */
  public void requireFirstStartable() {
    List<Problem> problems = firstStartOnly().stream().map(Finding::problem).toList();
    if (!problems.isEmpty()) {
      throw new RefusedException(problems);
    }
  }

  private List<Finding> firstStartOnly() {
    try (Connection connection = server.connect()) {
      return MySqlChecks.firstStart(MySqlFacts.ask(connection, config.tables()));
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  private void firstStart(List<Finding> findings) {
    findings.addAll(firstStartOnly());
    if (config.from() instanceof RelayConfig.From.Gtids gtids) {
      try {
        new HistoryCheck(server).requireStartable(gtids.set());
      } catch (RefusedException e) {
        e.problems().forEach(problem -> findings.add(new Finding(Check.FROM_GTID, problem)));
      }
    } else if (config.from() instanceof RelayConfig.From.Beginning) {
      mayLock(findings);
    }
    shapes(shapeReader()::present, findings);
  }

  private ShapeReader shapeReader() {
    return new ShapeReader(server, config.tables());
  }

  private static void shapes(Runnable reading, List<Finding> findings) {
    try {
      reading.run();
    } catch (HaltException e) {
      findings.add(new Finding(Check.SHAPES, e.problem()));
    }
  }

  /**
   * MySQL looks at the right to lock, which a whole database has, before it looks for the table:
   * one that is not there tells of the right and locks nothing.
   */
  private void mayLock(List<Finding> findings) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      String account = MySqlFacts.account(statement);
      for (String schema : config.tables().stream().map(TableName::schema).distinct().toList()) {
        try {
          statement.execute(
              "LOCK TABLES "
                  + new TableName(schema, "outrail_tries_its_rights").quoted()
                  + " READ");
        } catch (SQLException e) {
          if (e.getErrorCode() == ER_DBACCESS_DENIED) {
            findings.add(
                Check.LOCK_TABLES.finds(
                    "The first start with from=beginning needs the right to lock the outbox table of %s for a moment."
                        .formatted(schema),
                    "GRANT LOCK TABLES ON `%s`.* TO %s; (it may be revoked after the first start), or set from=now."
                        .formatted(schema, account)));
          }
        }
      }
    } catch (SQLException e) {
      throw unreachable(e);
    }
  }

  private TransientException unreachable(SQLException e) {
    return new TransientException(
        "MySQL at %s cannot be reached (%s). Remedy: check mysql.host, mysql.port, and that the server runs."
            .formatted(server, rootMessage(e)),
        e);
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
