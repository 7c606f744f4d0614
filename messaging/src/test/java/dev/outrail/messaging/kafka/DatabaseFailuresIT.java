package dev.outrail.messaging.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.inbox.ApplyOutcome;
import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.messaging.tracing.TraceContextSource;
import dev.outrail.testbed.Testbed;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the server and its driver really say, and whether a message is tried on. */
class DatabaseFailuresIT {

  private final MessagingDatabase database = new MessagingDatabase();
  private final JdbcClient jdbc = database.jdbc();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void aRightThatIsMissingIsWaitedForUntilItIsGranted() {
    String user = "poor_" + database.name().substring(10, 18);
    jdbc.sql("CREATE USER " + user + " IDENTIFIED BY 'poor'").update();
    jdbc.sql("GRANT ALL ON " + database.name() + ".processed_message TO " + user).update();
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(Testbed.shared().mysql().jdbcUrl(database.name()));
      pool.setUsername(user);
      pool.setPassword("poor");
      Inbox inbox = new JdbcInbox(pool, new JdbcTransactionManager(pool));
      JdbcClient effect = JdbcClient.create(pool);
      Executable apply =
          () ->
              assertThat(
                      inbox.applyOnce(
                          "ledger",
                          "1",
                          () -> effect.sql("UPDATE account SET balance = 10").update()))
                  .isEqualTo(ApplyOutcome.APPLIED);

      assertThat(PassingFailures.isPassing(catchThrowable(apply::execute)))
          .as("tried without an end")
          .isTrue();
      jdbc.sql("GRANT SELECT, UPDATE ON " + database.name() + ".account TO " + user).update();
      assertThat(catchThrowable(apply::execute)).isNull();
      assertThat(database.balance()).isEqualTo(10);
    } finally {
      jdbc.sql("DROP USER " + user).update();
    }
  }

  @Test
  void whatIsOfTheServerPassesAndWhatIsOfTheStatementDoesNot() {
    Map<String, Executable> server =
        Map.of(
            "table full",
            () -> {
              SingleConnectionDataSource one =
                  new SingleConnectionDataSource(database.dataSource().getConnection(), true);
              JdbcTemplate template = new JdbcTemplate(one);
              try {
                template.execute("SET SESSION max_heap_table_size = 16384");
                template.execute("CREATE TABLE small (v CHAR(255)) ENGINE = MEMORY");
                for (int row = 0; row < 1_000; row++) {
                  template.update("INSERT INTO small VALUES ('x')");
                }
              } finally {
                template.execute("SET SESSION max_heap_table_size = DEFAULT");
                one.destroy();
              }
            },
            "max_execution_time",
            () ->
                jdbc.sql(
                        "SELECT /*+ MAX_EXECUTION_TIME(1) */ COUNT(*) FROM information_schema.columns a, information_schema.columns b")
                    .query()
                    .singleRow(),
            "no such table",
            () -> jdbc.sql("UPDATE nowhere SET v = 1").update());
    Map<String, Executable> statement =
        Map.of(
            "no value for a parameter",
            () -> new JdbcTemplate(database.dataSource()).update("UPDATE account SET balance = ?"),
            "a parameter too many",
            () ->
                new JdbcTemplate(database.dataSource())
                    .update("UPDATE account SET balance = ?", 1, 2),
            "a value that cannot be converted",
            () -> jdbc.sql("SELECT 'text'").query((row, number) -> row.getInt(1)).single(),
            "bad grammar",
            () -> jdbc.sql("UPDAT account").update(),
            "no such column",
            () -> jdbc.sql("UPDATE account SET nothing = 1").update());

    SoftAssertions softly = new SoftAssertions();
    server.forEach((what, run) -> softly.assertThat(passes(run)).as(what).isTrue());
    statement.forEach((what, run) -> softly.assertThat(passes(run)).as(what).isFalse());
    softly.assertAll();
  }

  @Test
  void anEventThatTheServerWouldNotTakeIsRefusedWithBothFigures() {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(Testbed.shared().mysql().jdbcUrl(database.name()));
      pool.setUsername(Testbed.shared().mysql().rootUser());
      pool.setPassword(Testbed.shared().mysql().rootPassword());
      pool.addDataSourceProperty("maxAllowedPacket", "" + 4 * 1024 * 1024);
      Outbox outbox = new JdbcOutbox(pool, TraceContextSource.none());
      TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
      OutboxEvent large =
          new OutboxEvent("orders", "key", "type", "application/x-any", new byte[5 * 1024 * 1024]);

      assertThatThrownBy(() -> transaction.execute(status -> outbox.append(large)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("topic orders")
          .hasMessageContaining("payload of 5242880 bytes")
          .hasMessageContaining("max_allowed_packet of ")
          .satisfies(refusal -> assertThat(PassingFailures.isPassing(refusal)).isFalse());
    }
  }

  private static boolean passes(Executable run) {
    Throwable failure = catchThrowable(run::execute);
    assertThat(failure).isNotNull();
    return PassingFailures.isPassing(failure);
  }
}
