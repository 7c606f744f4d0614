package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mysql.cj.jdbc.JdbcStatement;
import com.mysql.cj.jdbc.MysqlDataSource;
import dev.outrail.testbed.Testbed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which writes to an outbox table are events: the README's table, line by line. */
class EventfulWritesIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String VALUES =
      "(id, aggregatetype, aggregateid, type, payload, seq) VALUES ('%s', '{topic}', 'k', 't', 'p', %d)";

  /**
   * @param ids of the events that come of it
   */
  private record Write(String sql, List<String> ids) {}

  private static Write write(String sql, String... ids) {
    return new Write(sql, List.of(ids));
  }

  private static String row(String id, int seq) {
    return VALUES.formatted(id, seq);
  }

  private static final String LOAD =
      "LOAD DATA LOCAL INFILE 'rows' INTO TABLE outbox"
          + " (id, aggregatetype, aggregateid, type, payload, seq)";

  /** One after the other, in this order; {@code seq} is the last unique key. */
  private static final List<Write> WRITES =
      List.of(
          write("TRUNCATE TABLE outbox"),
          write("INSERT INTO outbox " + row("a", 1), "a"),
          write(
              "INSERT INTO outbox " + row("b", 2) + ", ('c', '{topic}', 'k', 't', 'p', 3)",
              "b",
              "c"),
          write(
              "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, seq)"
                  + " SELECT CONCAT(id, '2'), aggregatetype, aggregateid, type, payload, seq + 10 FROM outbox"
                  + " ORDER BY id",
              "a2",
              "b2",
              "c2"),
          write("INSERT IGNORE INTO outbox " + row("a", 1)),
          write("REPLACE INTO outbox " + row("d", 20), "d"),
          // collides with the primary key: a deletion and an insert
          write("REPLACE INTO outbox " + row("d", 21), "d"),
          // collides with the last unique key alone: an update that changes the id
          write("REPLACE INTO outbox " + row("e", 21), "e"),
          write("INSERT INTO outbox " + row("f", 30) + " ON DUPLICATE KEY UPDATE type = 'u'", "f"),
          write("INSERT INTO outbox " + row("f", 31) + " ON DUPLICATE KEY UPDATE type = 'u'"),
          write("INSERT INTO outbox " + row("f", 32) + " ON DUPLICATE KEY UPDATE id = 'g'", "g"),
          write("UPDATE outbox SET type = 'v', payload = 'changed' WHERE id = 'g'"),
          write("UPDATE outbox SET id = 'h', payload = 'also' WHERE id = 'g'", "h"),
          write("UPDATE outbox SET id = 'h', payload = 'same id' WHERE id = 'h'"),
          write(
              "UPDATE outbox SET id = CONCAT(id, '3'), type = 'w' WHERE id LIKE '_2' ORDER BY id",
              "a23",
              "b23",
              "c23"),
          write("DELETE FROM outbox WHERE id = 'h'"),
          write("INSERT INTO orders VALUES (7)", "by a trigger"),
          write("CALL append()", "by a routine"),
          write(
              "UPDATE outbox SET doc = '{\"a\": 1, \"b\": \"a text of some length\"}' WHERE id = 'a'"),
          write("SET SESSION binlog_row_value_options = 'PARTIAL_JSON'"),
          write("UPDATE outbox SET doc = JSON_SET(doc, '$.a', 2) WHERE id = 'a'"),
          write("UPDATE outbox SET id = 'i' WHERE id = 'a'", "i"),
          write("SET SESSION binlog_row_value_options = ''"),
          write("XA START 'x{n}'"),
          write("INSERT INTO outbox " + row("x1", 40)),
          write("UPDATE outbox SET id = 'x2' WHERE id = 'x1'"),
          write("XA END 'x{n}'"),
          write("XA COMMIT 'x{n}' ONE PHASE", "x1", "x2"),
          write("XA START 'y{n}'"),
          write("INSERT INTO outbox " + row("y", 41)),
          write("XA END 'y{n}'"),
          write("XA ROLLBACK 'y{n}'"),
          write(LOAD, "loaded"),
          write("INSERT INTO outbox " + row("the last", 50), "the last"));

  @Test
  void eachWriteIsAsManyEventsAsTheReadmeSays() throws Exception {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay")) {
      String topic = relay.topic("t");
      relay.testbed.mysql().execute("SET GLOBAL local_infile = ON");
      List<String> expected = new ArrayList<>();
      try (Connection connection = connection(relay);
          Statement statement = connection.createStatement()) {
        prepare(statement, topic);
        relay.start();

        for (String compression : List.of("OFF", "ON")) {
          statement.execute("SET SESSION binlog_transaction_compression = " + compression);
          for (Write write : WRITES) {
            load(statement, topic);
            statement.execute(
                write.sql().replace("{topic}", topic).replace("{n}", relay.suffix + compression));
            expected.addAll(write.ids());
          }
        }
      }

      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(relay.process().log())
                    .doesNotContain("RETRYING")
                    .doesNotContain("HALTED");
                assertThat(relay.ids(topic)).isEqualTo(expected);
              });
      try (Connection connection = connection(relay);
          Statement statement = connection.createStatement()) {
        load(statement, topic);
        statement.execute("SET SESSION binlog_format = STATEMENT");
        statement.execute("DELETE FROM outbox");
        statement.execute(LOAD);
      }
      relay.process().awaitLog("HALTED.*as the statement that made them", SOON);
    }
  }

  private static void prepare(Statement statement, String topic) throws SQLException {
    statement.execute("ALTER TABLE outbox ADD COLUMN seq INT UNIQUE, ADD COLUMN doc JSON");
    statement.execute("CREATE TABLE orders (id INT)");
    statement.execute(
        "CREATE TRIGGER placed AFTER INSERT ON orders FOR EACH ROW INSERT INTO outbox "
            + row("by a trigger", 60).replace("{topic}", topic));
    statement.execute(
        "CREATE PROCEDURE append() INSERT INTO outbox "
            + row("by a routine", 61).replace("{topic}", topic));
  }

  /** What a LOAD DATA LOCAL that comes next is given. */
  private static void load(Statement statement, String topic) throws SQLException {
    String row = "loaded\t%s\tk\tt\tp\t70\n".formatted(topic);
    statement
        .unwrap(JdbcStatement.class)
        .setLocalInfileInputStream(new ByteArrayInputStream(row.getBytes(StandardCharsets.UTF_8)));
  }

  private static Connection connection(RelayHarness relay) throws SQLException {
    MysqlDataSource source = (MysqlDataSource) relay.testbed.mysql().dataSource(relay.schema());
    source.setAllowLoadLocalInfile(true);
    return source.getConnection();
  }
}
