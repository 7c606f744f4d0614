package dev.outrail.relay.check;

import dev.outrail.relay.capture.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges what a MySQL server says of itself. */
final class MySqlChecks {

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final long A_DAY = 86_400;

  private static final List<String> REQUIRED_COLUMNS =
      List.of("id", "aggregatetype", "aggregateid", "type", "payload");

  private final MySqlFacts facts;
  private final List<Finding> findings = new ArrayList<>();

  private MySqlChecks(MySqlFacts facts) {
    this.facts = facts;
  }

  /**
   * Everything that is not as it should be.
   *
   * @param serverId the relay's own id; 0 if it is not known yet
   */
  static List<Finding> judge(MySqlFacts facts, long serverId) {
    MySqlChecks checks = new MySqlChecks(facts);
    if (!checks.version()) {
      return checks.findings; // nothing else that it says would mean the same
    }
    checks.variables();
    checks.serverId(serverId);
    checks.rights();
    checks.filters();
    checks.replicaUpdates();
    facts.tables().forEach(checks::table);
    return checks.findings;
  }

  /** To be asked while nobody has said in which zone a DATETIME is. */
  static List<Finding> localTimes(MySqlFacts facts) {
    return facts.tables().stream()
        .filter(table -> "DATETIME".equalsIgnoreCase(table.columns().get("created_at")))
        .map(
            table -> Check.CREATED_AT.finds("%s.created_at is a DATETIME.".formatted(table.name())))
        .toList();
  }

  private boolean version() {
    String version = facts.variable("version");
    Matcher numbers = VERSION.matcher(version);
    boolean tooOld = numbers.matches() && Integer.parseInt(numbers.group(1)) < 8;
    if (version.contains("MariaDB") || tooOld) {
      findings.add(Check.VERSION.finds("The server is of version %s.".formatted(version)));
      return false;
    }
    return true;
  }

  private void variables() {
    require(Check.LOG_BIN, "log_bin", "ON"::equalsIgnoreCase);
    require(Check.BINLOG_FORMAT, "binlog_format", "ROW"::equalsIgnoreCase);
    require(Check.BINLOG_ROW_IMAGE, "binlog_row_image", "FULL"::equalsIgnoreCase);
    require(Check.GTID_MODE, "gtid_mode", "ON"::equalsIgnoreCase);
    require(Check.GTID_CONSISTENCY, "enforce_gtid_consistency", "ON"::equalsIgnoreCase);
    require(Check.SYNC_BINLOG, "sync_binlog", "1"::equals);
    require(Check.FLUSH_LOG, "innodb_flush_log_at_trx_commit", "1"::equals);
    require(
        Check.BINLOG_EXPIRY,
        "binlog_expire_logs_seconds",
        value -> value.equals("0") || Long.parseLong(value) >= A_DAY);
    require(Check.ROW_METADATA, "binlog_row_metadata", "FULL"::equalsIgnoreCase);
  }

  /** A variable that the server does not know is one that it cannot have wrong. */
  private void require(Check check, String variable, Predicate<String> fits) {
    String value = facts.variable(variable);
    if (!value.isEmpty() && !fits.test(value)) {
      findings.add(check.finds("MySQL has %s=%s.".formatted(variable, value)));
    }
  }

  /**
   * Only servers register themselves as replicas; other readers of the binlog, relays among them,
   * are not in this list, and so a predecessor that MySQL has not missed yet is not, either.
   */
  private void serverId(long serverId) {
    String mine = Long.toString(serverId);
    if (mine.equals(facts.variable("server_id"))) {
      findings.add(
          Check.SERVER_ID.finds(
              "The relay's id %s is the server's own server_id.".formatted(mine)));
    }
    for (Map<String, String> replica : facts.replicas().lines()) {
      if (mine.equals(replica.get("server_id"))) {
        findings.add(
            Check.SERVER_ID.finds(
                "The relay's id %s is that of a replica of this server%s: each would throw out the other."
                    .formatted(mine, at(replica))));
      }
    }
  }

  private static String at(Map<String, String> replica) {
    String host = replica.getOrDefault("host", "");
    return host.isEmpty() ? "" : " at " + host + ":" + replica.getOrDefault("port", "?");
  }

  private void rights() {
    right(
        Check.REPLICATION_CLIENT,
        "REPLICATION CLIENT",
        facts.binlogStatus().denied() || facts.sources().denied());
    right(Check.REPLICATION_SLAVE, "REPLICATION SLAVE", facts.replicas().denied());
  }

  private void right(Check check, String right, boolean denied) {
    if (denied) {
      findings.add(
          check.finds(
              "The account %s lacks the right %s.".formatted(facts.account(), right),
              "GRANT %s ON *.* TO %s;".formatted(right, facts.account())));
    }
  }

  /** What a first start is refused for, while a later one is only warned. */
  static List<Finding> firstStart(MySqlFacts facts) {
    return hidden(facts).stream().map(Check.FIRST_START_FILTER::finds).toList();
  }

  private void filters() {
    hidden(facts).stream().map(Check.BINLOG_FILTER::finds).forEach(findings::add);
  }

  /** Rows are kept out by the database of their table, whatever the session's database is. */
  private static List<String> hidden(MySqlFacts facts) {
    List<String> found = new ArrayList<>();
    for (Map<String, String> status : facts.binlogStatus().lines()) {
      Set<String> only = names(status.get("binlog_do_db"));
      Set<String> not = names(status.get("binlog_ignore_db"));
      facts.tables().stream()
          .map(MySqlFacts.TableFacts::name)
          .map(TableName::schema)
          .distinct()
          .filter(schema -> only.isEmpty() ? not.contains(schema) : !only.contains(schema))
          .forEach(
              schema ->
                  found.add(
                      "%s keep the database %s out of the binlog."
                          .formatted(
                              only.isEmpty()
                                  ? "binlog_ignore_db=" + String.join(",", not)
                                  : "binlog_do_db=" + String.join(",", only),
                              schema)));
    }
    return found;
  }

  private static Set<String> names(@Nullable String list) {
    Set<String> names = new TreeSet<>();
    if (list != null) {
      Arrays.stream(list.split(",")).filter(name -> !name.isBlank()).forEach(names::add);
    }
    return names;
  }

  private void replicaUpdates() {
    boolean off =
        "OFF".equalsIgnoreCase(facts.variable("log_replica_updates"))
            || "OFF".equalsIgnoreCase(facts.variable("log_slave_updates"));
    if (off && !facts.sources().lines().isEmpty()) {
      findings.add(
          Check.REPLICA_UPDATES.finds(
              "The server is a replica with log_replica_updates=OFF: what it receives is not in its binlog."));
    }
  }

  private void table(MySqlFacts.TableFacts table) {
    String unreadable = table.unreadable();
    if (unreadable != null) {
      findings.add(
          Check.TABLE.finds(
              "The outbox table %s cannot be read: %s.".formatted(table.name(), unreadable),
              "If it exists: GRANT SELECT ON %s TO %s; else create it (messaging.sql), or correct outbox.schemas and outbox.table."
                  .formatted(table.name().quoted(), facts.account())));
      return;
    }
    TableName stored = table.stored();
    if (stored != null && !stored.equals(table.name())) {
      findings.add(
          Check.TABLE_SPELLING.finds(
              "The table %s is %s to the server, to which upper and lower case are one."
                  .formatted(table.name(), stored)));
    }
    Set<String> missing = new TreeSet<>(REQUIRED_COLUMNS);
    missing.removeAll(table.columns().keySet());
    if (!missing.isEmpty()) {
      findings.add(
          Check.TABLE.finds(
              "The table %s lacks the column(s) %s."
                  .formatted(table.name(), String.join(", ", missing)),
              "It is not an outbox table as the relay knows it; see messaging.sql for one, or correct outbox.table."));
    }
    if ("JSON".equalsIgnoreCase(table.columns().get("payload"))) {
      findings.add(
          Check.PAYLOAD_JSON.finds("%s.payload is a JSON column.".formatted(table.name())));
    }
  }
}
