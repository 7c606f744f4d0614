package dev.outrail.relay.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.relational.TableId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementInsertTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO outbox (id) VALUES (1) | shop | outbox",
        "insert outbox values (1) | shop | outbox",
        "INSERT INTO`outbox`VALUES(1) | shop | outbox",
        "REPLACE INTO other.outbox SET id = 1 | other | outbox",
        "INSERT LOW_PRIORITY IGNORE INTO `other` . `outbox` SELECT 1 | other | outbox",
        "/* app */ INSERT /*+ SET_VAR(x=1) */ INTO outbox(id) VALUES (1) | shop | outbox",
        "INSERT INTO into_outbox VALUES (1) | shop | into_outbox",
        "INSERT INTO `a``b`.`c.d` VALUES (1) | a`b | c.d",
        "LOAD DATA LOCAL INFILE '/tmp/INTO TABLE x' INTO TABLE `outbox` FIELDS TERMINATED BY ',' (`id`) | shop | outbox",
        "load data low_priority infile 'it''s \\' a' replace into table other.outbox | other | outbox",
        "LOAD XML INFILE \"a\" /* to */ IGNORE INTO TABLE`outbox`ROWS IDENTIFIED BY '<a>' | shop | outbox",
        "REPLACE INTO percona.checksums (db, tbl) SELECT 'shop', 'outbox' FROM shop.outbox | percona | checksums",
      })
  void anInsertTellsItsTable(String sql, String database, String table) {
    assertThat(StatementInsert.target("shop", sql)).isEqualTo(new TableId(database, null, table));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE outbox SET type = 'INSERT INTO outbox'",
        "DELETE FROM outbox",
        "CREATE TABLE outbox (id INT)",
        "SAVEPOINT `INSERT INTO outbox`",
        "INSERTED",
        "COMMIT",
        "",
      })
  void otherStatementsInsertNothing(String sql) {
    assertThat(StatementInsert.target("shop", sql)).isNull();
  }

  @Test
  void aLongOneIsReadNoFurtherThanItsTable() {
    assertThat(StatementInsert.target("shop", "INSERT INTO t VALUES " + "(1), ".repeat(200_000)))
        .isEqualTo(new TableId("shop", null, "t"));
  }
}
