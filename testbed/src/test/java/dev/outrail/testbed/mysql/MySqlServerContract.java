package dev.outrail.testbed.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrail.testbed.Provider;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.TestbedOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a MySQL server of any provider must do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MySqlServerContract {
  private final Provider provider;
  private Testbed testbed;
  private MySqlServer mysql;

  MySqlServerContract(Provider provider) {
    this.provider = provider;
  }

  @BeforeAll
  void startServer() {
    testbed =
        Testbed.start(
            TestbedOptions.defaults()
                .withProvider(provider)
                .mysqlOnly()
                .withMysqldArgs("--max-connections=77"));
    mysql = testbed.mysql();
  }

  @AfterAll
  void endServer() {
    testbed.close();
  }

  @BeforeEach
  void emptyTable() {
    mysql.start();
    mysql.createDatabase("shop");
    mysql.execute("DROP TABLE IF EXISTS shop.paid; CREATE TABLE shop.paid (id BIGINT PRIMARY KEY)");
  }

  @Test
  void isSetUpForCapture() throws SQLException {
    assertThat(ask("SELECT @@log_bin, @@binlog_format, @@gtid_mode, @@enforce_gtid_consistency"))
        .isEqualTo("1 ROW ON ON");
    assertThat(ask("SELECT @@time_zone, @@character_set_server, @@skip_name_resolve"))
        .isEqualTo("+00:00 utf8mb4 1");
  }

  @Test
  void doesNotTradeSafetyForSpeed() throws SQLException {
    assertThat(ask("SELECT @@innodb_flush_log_at_trx_commit, @@sync_binlog, @@innodb_doublewrite"))
        .isEqualTo("1 1 ON");
  }

  @Test
  void furtherArgumentsWin() throws SQLException {
    assertThat(ask("SELECT @@max_connections")).isEqualTo("77");
  }

  @Test
  void whatWasCommittedSurvivesStopAndKillOnTheSamePort() throws SQLException {
    int port = mysql.port();
    mysql.execute("INSERT INTO shop.paid VALUES (1)");
    mysql.stop();
    assertThat(mysql.isRunning()).isFalse();
    mysql.start();

    mysql.execute("INSERT INTO shop.paid VALUES (2)");
    try (Connection open = mysql.dataSource("shop").getConnection()) {
      open.setAutoCommit(false);
      open.createStatement().execute("INSERT INTO paid VALUES (3)");
      mysql.kill();
    } catch (SQLException whileClosing) {
      assertThat(mysql.isRunning()).isFalse();
    }
    assertThat(mysql.isRunning()).isFalse();
    mysql.start();

    assertThat(ask("SELECT GROUP_CONCAT(id ORDER BY id) FROM shop.paid")).isEqualTo("1,2");
    assertThat(mysql.port()).isEqualTo(port);
  }

  @Test
  void aPausedServerAnswersNothingUntilItIsResumed() throws SQLException {
    mysql.pause();
    assertThat(mysql.isRunning()).isTrue();
    assertThatThrownBy(() -> askWith("&connectTimeout=300&socketTimeout=300", "SELECT 1"))
        .isInstanceOf(SQLException.class);

    mysql.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> ask("SELECT 1").equals("1"));
  }

  @Test
  void aUserHasWhatWasGrantedAndNoMore() throws SQLException {
    mysql.createUser("reader", "it's \\secret", "SELECT ON shop.*");

    try (Connection reader =
        DriverManager.getConnection(mysql.jdbcUrl("shop"), "reader", "it's \\secret")) {
      assertThat(reader.createStatement().execute("SELECT * FROM paid")).isTrue();
      assertThatThrownBy(() -> reader.createStatement().execute("INSERT INTO paid VALUES (9)"))
          .hasMessageContaining("denied");
    }
  }

  @Test
  void rootNeedsItsPassword() {
    assertThatThrownBy(() -> DriverManager.getConnection(mysql.jdbcUrl(""), "root", ""))
        .hasMessageContaining("Access denied");
  }

  private String ask(String sql) throws SQLException {
    return askWith("", sql);
  }

  private String askWith(String parameters, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                mysql.jdbcUrl("") + parameters, mysql.rootUser(), mysql.rootPassword());
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      var row = new StringBuilder(result.getString(1));
      for (int column = 2; column <= result.getMetaData().getColumnCount(); column++) {
        row.append(' ').append(result.getString(column));
      }
      return row.toString();
    }
  }
}
