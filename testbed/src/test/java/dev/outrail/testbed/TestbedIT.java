package dev.outrail.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestbedIT {

  @Tag("long")
  @Test
  void twoTestbedsLiveSideBySideAndLeaveNothing() {
    Path firstFolder;
    try (Testbed first = Testbed.start(embedded());
        Testbed second = Testbed.start(embedded().mysqlOnly())) {
      firstFolder = ((RunningTestbed) first).folder();
      first.mysql().createDatabase("only_in_first");
      first.kafka().createTopic("order-notify", 3);

      assertThat(first.kafka().topics()).containsExactly("order-notify");
      assertThat(ask(first, "SELECT @@server_uuid"))
          .isNotEqualTo(ask(second, "SELECT @@server_uuid"));
      assertThat(
              ask(
                  second,
                  "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'only_in_first'"))
          .isEqualTo("0");
      assertThat(ask(second, "SELECT @@gtid_executed")).isEmpty();
      assertThatThrownBy(second::kafka).hasMessageContaining("without Kafka");
      assertThat(firstFolder).exists();
    }
    assertThat(firstFolder).doesNotExist();
  }

  @Test
  void aNamedFolderIsKeptAndTakenUpAgain(@TempDir Path folder) {
    try (Testbed testbed = Testbed.start(embedded().mysqlOnly().withFolder(folder))) {
      testbed.mysql().createDatabase("kept");
    }
    assertThat(folder).exists();

    try (Testbed testbed = Testbed.start(embedded().mysqlOnly().withFolder(folder))) {
      assertThat(
              ask(
                  testbed,
                  "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'kept'"))
          .isEqualTo("1");
    }
  }

  @Test
  void aServerThatCannotStartSaysWhyAndLeavesNothing() {
    assertThatThrownBy(
            () -> Testbed.start(embedded().mysqlOnly().withMysqldArgs("--no-such-option")))
        .hasMessageContaining("mysqld")
        .hasMessageContaining("unknown option '--no-such-option'");
  }

  @Test
  void theSharedOneIsAlwaysTheSameAndOutlivesItsUsers() {
    Testbed shared = Testbed.shared();
    shared.close();

    assertThat(Testbed.shared()).isSameAs(shared);
    assertThat(shared.mysql().isRunning()).isTrue();
    assertThat(shared.kafka().isRunning()).isTrue();
  }

  private static TestbedOptions embedded() {
    return TestbedOptions.defaults().withProvider(Provider.EMBEDDED);
  }

  private static String ask(Testbed testbed, String sql) {
    try (var connection = testbed.mysql().dataSource("").getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (java.sql.SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
