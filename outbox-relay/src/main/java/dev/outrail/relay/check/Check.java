package dev.outrail.relay.check;

import static dev.outrail.relay.check.Check.Level.HALT;
import static dev.outrail.relay.check.Check.Level.REFUSE;
import static dev.outrail.relay.check.Check.Level.WARN;

import dev.outrail.relay.problem.Problem;

/**
 * What is looked at before the start, in this order, and by {@code --check-config}. None of them
 * changes anything in MySQL or Kafka. The README's table is this one.
 */
public enum Check {
  LOGIN(
      REFUSE,
      "mysql login",
      "MySQL refuses the account",
      "Correct mysql.user, mysql.password or mysql.ssl.*, as the message says."),
  VERSION(
      REFUSE,
      "version",
      "is MariaDB, or MySQL before 8.0",
      "Use MySQL 8.0, 8.4 or 9.x: the relay's position is a set of MySQL's GTIDs."),
  LOG_BIN(
      REFUSE,
      "log_bin",
      "is OFF",
      "Start the server with --log-bin (its default since 8.0; look for skip-log-bin or disable-log-bin)."),
  BINLOG_FORMAT(
      REFUSE,
      "binlog_format",
      "is not ROW",
      "SET PERSIST binlog_format = 'ROW'; sessions that are open already keep the old format until they reconnect."),
  BINLOG_ROW_IMAGE(
      REFUSE, "binlog_row_image", "is not FULL", "SET PERSIST binlog_row_image = 'FULL';"),
  GTID_MODE(
      REFUSE,
      "gtid_mode",
      "is not ON",
      "Switch step by step: SET PERSIST enforce_gtid_consistency = ON; SET PERSIST gtid_mode = OFF_PERMISSIVE; SET PERSIST"
          + " gtid_mode = ON_PERMISSIVE; SET PERSIST gtid_mode = ON;"),
  GTID_CONSISTENCY(
      REFUSE,
      "enforce_gtid_consistency",
      "is not ON",
      "SET PERSIST enforce_gtid_consistency = ON;"),
  SERVER_ID(
      REFUSE,
      "mysql.server.id",
      "is the id of the server, or of one of its replicas",
      "Leave mysql.server.id at 0, or set it to a number that no server and no other reader of this replication set has."),
  REPLICATION_CLIENT(
      REFUSE,
      "right REPLICATION CLIENT",
      "the account lacks it",
      "GRANT REPLICATION CLIENT ON *.* TO the account."),
  REPLICATION_SLAVE(
      REFUSE,
      "right REPLICATION SLAVE",
      "the account lacks it",
      "GRANT REPLICATION SLAVE ON *.* TO the account."),
  BINLOG_FILTER(
      WARN,
      "binlog_do_db, binlog_ignore_db",
      "keep an outbox's database out of the binlog",
      "Take the filter out of the server's configuration and restart it: no row of that database arrives. What was written meanwhile"
          + " is in no binlog: replay it by time; the purge leaves it alone until it is released."),
  REPLICA_UPDATES(
      REFUSE,
      "log_replica_updates",
      "is OFF on a server that is a replica",
      "Start the replica with --log-replica-updates (its default), or point mysql.host to its source."),
  SYNC_BINLOG(
      WARN,
      "sync_binlog",
      "is not 1",
      "SET PERSIST sync_binlog = 1; with less, a crash of the host may take back transactions that are published, and their"
          + " GTIDs are used again for others, which are then skipped."),
  FLUSH_LOG(
      WARN,
      "innodb_flush_log_at_trx_commit",
      "is not 1",
      "SET PERSIST innodb_flush_log_at_trx_commit = 1; with less, a crash of the host may take back transactions after they"
          + " were acknowledged."),
  BINLOG_EXPIRY(
      WARN,
      "binlog_expire_logs_seconds",
      "is less than a day",
      "Keep the binlog for longer than the relay may be down: SET PERSIST binlog_expire_logs_seconds = 2592000;"),
  ROW_METADATA(
      WARN,
      "binlog_row_metadata",
      "is MINIMAL",
      "SET PERSIST binlog_row_metadata = 'FULL'; the binlog then names its columns, and a change that is not in it (made with"
          + " sql_log_bin=0) cannot mix them up."),
  TABLE(
      REFUSE,
      "outbox tables",
      "cannot be read, or lack a required column",
      "GRANT SELECT ON the table TO the account; else create it (messaging.sql), or correct outbox.schemas and outbox.table."),
  TABLE_SPELLING(
      REFUSE,
      "outbox tables' names",
      "are stored in other upper and lower case (lower_case_table_names)",
      "Write outbox.schemas and outbox.table as the server does: the binlog has its spelling, and an event has one database only,"
          + " whichever way it is read."),
  COLUMN_TYPE(
      REFUSE,
      "outbox tables' columns",
      "one that is read is of a type, or in a character set, that is refused (see Records)",
      "ALTER TABLE, as the message says."),
  PAYLOAD_JSON(
      WARN,
      "payload",
      "is a JSON column",
      "MySQL re-orders its keys, so the record's value is not what the writer wrote; a BLOB or TEXT column is passed on byte for byte."),
  CREATED_AT(
      WARN,
      "created_at",
      "is a DATETIME while outbox.created.at.zone is not set",
      "Set it to the zone in which its writers' sessions fill it, or make the column a TIMESTAMP; else it counts for nothing: no"
          + " ce_time, no replay by time, no purge."),
  PURGE(
      REFUSE,
      "purge",
      "a table or the account's rights do not suit purge.mode",
      "Follow the message, or set purge.mode=off."),
  TRANSACTION_VERSION(
      WARN,
      "transaction.version",
      "is finalized below 2",
      "kafka-features.sh --bootstrap-server … upgrade --feature transaction.version=2; below that, a batch of an aborted"
          + " transaction that comes late may count as one of the next."),
  KAFKA_RIGHTS(
      REFUSE,
      "rights in Kafka",
      "the position topic or a transactional id is denied",
      "Grant the ACLs of the table above."),
  FURTHER_RIGHTS(
      WARN,
      "rights in Kafka",
      "quarantine, audit or a topic of topics.names is denied",
      "Grant the ACLs of the table above; until then, what would go there does not."),
  POSITION(
      HALT,
      "position topic",
      "is not compacted, has several partitions, or holds what this release does not understand",
      "Correct its cleanup.policy, name another in position.topic, or use the newer release, as the message says."),
  HISTORY(
      HALT,
      "history",
      "the server lacks transactions of the position, or has purged later ones",
      "Point mysql.host to a server that has them, or move the position, as the message says."),
  FROM_GTID(
      REFUSE,
      "from=gtid",
      "a first start cannot begin there",
      "Correct the set, or point mysql.host to the server that it was taken from."),
  FIRST_START_FILTER(
      REFUSE,
      "binlog_do_db, binlog_ignore_db",
      "a first start would begin without an outbox's database",
      "Take the filter out of the server's configuration and restart it, or take the database out of outbox.schemas: the relay would"
          + " publish the rows that are there now, and nothing of that database ever after."),
  LOCK_TABLES(
      REFUSE,
      "right LOCK TABLES",
      "a first start with from=beginning lacks it",
      "GRANT LOCK TABLES ON the database TO the account (it may be revoked after the first start), or set from=now."),
  SHAPES(
      HALT, "shapes", "a table's definition cannot be understood", "Please report the definition.");

  /** What a finding does to a start. */
  public enum Level {
    /** The process ends with exit code 3. */
    REFUSE,
    /** The relay starts and waits, HALTED: its verbs are part of the remedy. */
    HALT,
    /** The relay works; the log says what it cannot promise like this. */
    WARN
  }

  private final Level level;
  private final String subject;
  private final String wrong;
  private final String remedy;

  Check(Level level, String subject, String wrong, String remedy) {
    this.level = level;
    this.subject = subject;
    this.wrong = wrong;
    this.remedy = remedy;
  }

  public Level level() {
    return level;
  }

  /** A line of the README's table. */
  String row() {
    return "| %s | %s | %s | %s |".formatted(subject, wrong, level, remedy);
  }

  /** With the remedy that fits everybody. */
  Finding finds(String what) {
    return finds(what, remedy);
  }

  Finding finds(String what, String remedyHere) {
    return new Finding(this, new Problem(what, remedyHere));
  }
}
