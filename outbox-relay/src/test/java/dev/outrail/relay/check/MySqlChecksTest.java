package dev.outrail.relay.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.check.MySqlFacts.Answer;
import dev.outrail.relay.check.MySqlFacts.TableFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlChecksTest {

  private static final long RELAY = 5400;

  private final Map<String, String> variables =
      new TreeMap<>(
          Map.of(
              "version", "8.4.3",
              "server_id", "1",
              "log_bin", "ON",
              "binlog_format", "ROW",
              "binlog_row_image", "FULL",
              "binlog_row_metadata", "FULL",
              "gtid_mode", "ON",
              "enforce_gtid_consistency", "ON",
              "sync_binlog", "1",
              "innodb_flush_log_at_trx_commit", "1"));

  private final Map<String, String> columns =
      new TreeMap<>(
          Map.of(
              "id", "CHAR",
              "aggregatetype", "VARCHAR",
              "aggregateid", "VARCHAR",
              "type", "VARCHAR",
              "payload", "MEDIUMTEXT"));

  private @Nullable TableName stored = new TableName("pay", "outbox");
  private final Map<String, String> binlogStatus = new TreeMap<>();
  private final List<Map<String, String>> replicas = new ArrayList<>();
  private final List<Map<String, String>> sources = new ArrayList<>();

  @Test
  void isContentWithAServerAsTheReadmeDescribesIt() {
    assertThat(judge()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "log_bin, OFF, LOG_BIN",
    "binlog_format, MIXED, BINLOG_FORMAT",
    "binlog_row_image, MINIMAL, BINLOG_ROW_IMAGE",
    "gtid_mode, ON_PERMISSIVE, GTID_MODE",
    "enforce_gtid_consistency, WARN, GTID_CONSISTENCY",
    "sync_binlog, 0, SYNC_BINLOG",
    "sync_binlog, 100, SYNC_BINLOG",
    "innodb_flush_log_at_trx_commit, 2, FLUSH_LOG",
    "binlog_expire_logs_seconds, 3600, BINLOG_EXPIRY",
    "binlog_row_metadata, MINIMAL, ROW_METADATA",
    "server_id, 5400, SERVER_ID",
  })
  void namesAVariableThatDoesNotFit(String variable, String value, Check check) {
    variables.put(variable, value);

    assertThat(judge()).containsOnlyKeys(check);
    assertThat(judge().get(check)).contains(value);
  }

  @ParameterizedTest
  @CsvSource({"binlog_expire_logs_seconds, 0", "binlog_expire_logs_seconds, 2592000"})
  void isContentWithABinlogThatIsKept(String variable, String value) {
    variables.put(variable, value);

    assertThat(judge()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5.7.44-log, true",
    "10.11.6-MariaDB-1:10.11.6+maria~deb12, true",
    "5.5.5-10.6.18-MariaDB, true",
    "8.0.31, false",
    "8.0.36-28, false",
    "9.7.4-2, false",
    "10.0.0, false",
  })
  void takesMySqlFromVersion8On(String version, boolean refused) {
    variables.put("version", version);
    variables.put("gtid_mode", "OFF");

    assertThat(judge()).containsOnlyKeys(refused ? Check.VERSION : Check.GTID_MODE);
  }

  @Test
  void namesAReplicaThatHasTheRelaysId() {
    replicas.add(Map.of("server_id", "7", "host", "db2", "port", "3306"));
    assertThat(judge()).isEmpty();

    replicas.add(Map.of("server_id", "5400", "host", "db3", "port", "3306"));
    assertThat(judge()).containsOnlyKeys(Check.SERVER_ID);
    assertThat(judge().get(Check.SERVER_ID)).contains("db3:3306");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', false",
    "'pay', '', false",
    "'orders,pay', '', false",
    "'orders', '', true",
    "'PAY', '', true",
    "'', 'orders', false",
    "'', 'orders,pay', true",
    "'pay', 'pay', false", // the first wins if there are both
  })
  void namesAFilterThatKeepsAnOutboxOutOfTheBinlog(String only, String not, boolean filtered) {
    binlogStatus.put("binlog_do_db", only);
    binlogStatus.put("binlog_ignore_db", not);

    assertThat(judge().containsKey(Check.BINLOG_FILTER)).isEqualTo(filtered);
    assertThat(Check.BINLOG_FILTER.level()).as("a later start").isEqualTo(Check.Level.WARN);
    assertThat(MySqlChecks.firstStart(facts()))
        .as("a first start")
        .hasSize(filtered ? 1 : 0)
        .allMatch(finding -> finding.check().level() == Check.Level.REFUSE)
        .allMatch(finding -> finding.problem().what().contains("keep the database pay out"));
  }

  @ParameterizedTest
  @CsvSource({"log_replica_updates", "log_slave_updates"})
  void namesAReplicaWhoseBinlogLacksWhatItReceives(String variable) {
    variables.put(variable, "OFF");
    assertThat(judge()).isEmpty();

    sources.add(Map.of("source_host", "db1"));
    assertThat(judge()).containsOnlyKeys(Check.REPLICA_UPDATES);
  }

  @ParameterizedTest
  @CsvSource({"pay, outbox, false", "Pay, outbox, true", "pay, OUTBOX, true"})
  void namesATableThatTheServerSpellsOtherwise(String schema, String table, boolean found) {
    stored = new TableName(schema, table);

    assertThat(judge().containsKey(Check.TABLE_SPELLING)).isEqualTo(found);
    if (found) {
      assertThat(judge().get(Check.TABLE_SPELLING)).contains("pay.outbox", schema + "." + table);
    }
  }

  @Test
  void namesColumnsThatLackAndOnesThatAreChangedOnTheWay() {
    columns.remove("aggregateid");
    columns.put("payload", "JSON");

    assertThat(judge()).containsOnlyKeys(Check.TABLE, Check.PAYLOAD_JSON);
  }

  private Map<Check, String> judge() {
    return MySqlChecks.judge(facts(), RELAY).stream()
        .collect(Collectors.toMap(Finding::check, Finding::toString));
  }

  private MySqlFacts facts() {
    return new MySqlFacts(
        "'relay'@'%'",
        variables,
        new Answer(List.of(binlogStatus), false),
        new Answer(replicas, false),
        new Answer(sources, false),
        List.of(new TableFacts(new TableName("pay", "outbox"), columns, null, stored)));
  }
}
