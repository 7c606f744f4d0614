package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.Testbed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What the README has people type. */
class ReadmeIT {

  @Test
  void theServersSettingsCanBeMadeWhereTheyAreMadeAlready() throws Exception {
    String readme =
        Files.readString(
            Path.of(System.getProperty("outrail.root", ".."), "outbox-relay", "README.md"));
    String sql = readme.split("## MySQL\n", 2)[1].split("```sql\n", 2)[1].split("```", 2)[0];

    try (Connection connection = Testbed.shared().mysql().dataSource("mysql").getConnection();
        Statement statement = connection.createStatement()) {
      for (String one : sql.replaceAll("(?m)^--.*$", "").split(";")) {
        if (!one.isBlank()) {
          statement.execute(one);
        }
      }
      try (ResultSet mode = statement.executeQuery("SELECT @@GLOBAL.gtid_mode")) {
        mode.next();
        assertThat(mode.getString(1)).isEqualTo("ON");
      }
    }
    assertThat(sql).contains("gtid_mode = ON");
  }
}
