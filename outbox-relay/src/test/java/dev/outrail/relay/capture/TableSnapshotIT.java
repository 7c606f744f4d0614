package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.testbed.Testbed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole table in the order of time, without a sort of payloads, whatever bound is global. */
class TableSnapshotIT {

  private static final int ROWS = 1_200;

  private final dev.outrail.testbed.mysql.MySqlServer mysql = Testbed.shared().mysql();
  private final TableName table =
      new TableName(
          "snap_" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36), "outbox");

  @ParameterizedTest
  @CsvSource({
    "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin, PRIMARY KEY (id), 7, false",
    "BINARY(16), PRIMARY KEY (id), 7, false",
    "CHAR(36), PRIMARY KEY (id), 4, true",
    "BINARY(16), PRIMARY KEY (id), 4, true",
    "CHAR(36), 'PRIMARY KEY (id), KEY (created_at)', 4, false",
    "CHAR(36), 'PRIMARY KEY (id, created_at), KEY (created_at)', 4, false",
    "CHAR(36), 'n INT AUTO_INCREMENT PRIMARY KEY, UNIQUE KEY (id), KEY (created_at)', 4, false"
  })
  void rowsComeInTheOrderOfTime(String type, String keys, int version, boolean sortsKeys)
      throws Exception {
    mysql.createDatabase(table.schema());
    mysql.execute(
        """
        USE %s;
        CREATE TABLE outbox (id %s NOT NULL, aggregatetype VARCHAR(9) NOT NULL, aggregateid VARCHAR(9) NOT NULL,
          type VARCHAR(9) NOT NULL, payload MEDIUMBLOB NOT NULL, created_at TIMESTAMP(6) NOT NULL, %s)
        """
            .formatted(table.schema(), type, keys));
    List<String> ids = fill(type.startsWith("BINARY"), version);
    List<String> read = new ArrayList<>();

    mysql.execute("SET GLOBAL max_execution_time = 1"); // ms
    try (TableSnapshot snapshot = TableSnapshot.open(server(), List.of(table))) {
      snapshot.read(row -> read.add(row.id()));
    } finally {
      mysql.execute("SET GLOBAL max_execution_time = 0");
    }

    assertThat(read).containsExactlyElementsOf(ids);
    try (Connection connection = server().connect()) {
      SnapshotQuery query = SnapshotQuery.of(connection, table);
      assertThat(query.byKeys()).isEqualTo(sortsKeys);
      if (!sortsKeys) {
        assertThat(plan(connection, query.sql("*", table))).doesNotContain("filesort");
      }
    }
  }

  private List<String> fill(boolean binary, int version) throws SQLException {
    Random random = new Random(7);
    List<String> ids = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      long time = version == 7 ? 1_767_225_600_000L + i * 1_000L : random.nextLong();
      ids.add(
          new UUID((time << 16) | ((long) version << 12), random.nextLong() >>> 2 | 1L << 63)
              .toString());
      order.add(i);
    }
    Collections.shuffle(order, random);
    try (Connection connection = mysql.dataSource(table.schema()).getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at) VALUES (%s, 't', 'k', 'e', ?, FROM_UNIXTIME(?))"
                    .formatted(binary ? "UUID_TO_BIN(?)" : "?"))) {
      connection.setAutoCommit(false);
      for (int i : order) {
        insert.setString(1, ids.get(i));
        insert.setBytes(2, new byte[i % 100 == 0 ? 200_000 : 100]);
        insert.setLong(3, 1_767_225_600L + i);
        insert.executeUpdate();
      }
      connection.commit();
    }
    return ids;
  }

  private static String plan(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("EXPLAIN FORMAT=TRADITIONAL " + sql)) {
      row.next();
      return String.valueOf(row.getString("Extra"));
    }
  }

  private MySqlServer server() {
    return new MySqlServer(
        mysql.host(),
        mysql.port(),
        mysql.rootUser(),
        mysql.rootPassword(),
        "PREFERRED",
        "",
        "",
        "",
        "",
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        null);
  }
}
