package dev.outrail.relay.purge;

import dev.outrail.relay.capture.CreatedAt;
import dev.outrail.relay.capture.MySqlServer;
import dev.outrail.relay.capture.TableName;
import dev.outrail.relay.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the tables and the account's rights suit the purge. Changes nothing. */
public final class PurgeCheck {

  private static final Logger log = LoggerFactory.getLogger(PurgeCheck.class);

  private static final Set<Integer> DENIED = Set.of(1142, 1044);

  /** What a server says that takes no writes for now: a replica, or one that is being changed. */
  private static final Set<Integer> READ_ONLY = Set.of(1290, 1836, 3100);

  private PurgeCheck() {}

  /**
   * Checks each table.
   *
   * @param account as it stands in a GRANT statement
   * @return everything that is wrong; empty if nothing is, or if the purge is off. A table that
   *     cannot be seen at all is none of its business.
   */
  public static List<Problem> problems(
      MySqlServer server,
      Connection connection,
      List<TableName> tables,
      PurgeSettings settings,
      String account)
      throws SQLException {
    if (settings.mode() == PurgeSettings.Mode.OFF) {
      return List.of();
    }
    List<Problem> problems = new ArrayList<>();
    for (TableName name : tables) {
      OutboxTable table = OutboxTable.inspect(server, connection, name);
      if (table.exists()) {
        problems.addAll(unsuitable(table, settings.mode()));
        problems.addAll(missingRight(connection, name, settings.mode(), account));
      }
    }
    return problems;
  }

  /** What of the table itself does not suit. */
  static List<Problem> unsuitable(OutboxTable table, PurgeSettings.Mode mode) {
    String name = table.name().quoted();
    CreatedAt createdAt = table.createdAt();
    if (createdAt == null) {
      return List.of(
          new Problem(
              "The purge cannot tell how old the rows of %s are: there is no column created_at."
                  .formatted(table.name()),
              "ALTER TABLE %s ADD COLUMN created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6); or set purge.mode=off."
                  .formatted(name)));
    }
    Problem noTime = createdAt.unusable(table.name());
    if (noTime != null) {
      return List.of(
          new Problem(
              "The purge cannot tell how old the rows are: " + noTime.what(),
              noTime.remedy() + " Or set purge.mode=off."));
    }
    return switch (mode) {
      case OFF -> List.of();
      case DELETE -> unsuitableForDelete(table, name);
      case PARTITION -> unsuitableForPartition(table, name, createdAt);
    };
  }

  private static List<Problem> unsuitableForDelete(OutboxTable table, String name) {
    if (table.idIndex() == null) {
      return List.of(
          new Problem(
              "No index of %s begins with id, so each purge would scan the table."
                  .formatted(table.name()),
              "ALTER TABLE %s ADD PRIMARY KEY (id); or set purge.mode=off.".formatted(name)));
    }
    String foreign = table.foreignId();
    if (table.createdAtIndex() == null && foreign != null) {
      return List.of(
          new Problem(
              "Old rows of %s cannot be found without scanning the table: its ids are not all UUIDv7 in lower case (there is %s), and no index begins with created_at."
                  .formatted(table.name(), foreign),
              "CREATE INDEX idx_created_at ON %s (created_at); or set purge.mode=off."
                  .formatted(name)));
    }
    return List.of();
  }

  private static List<Problem> unsuitableForPartition(
      OutboxTable table, String name, CreatedAt createdAt) {
    if (table.partitions().isEmpty()
        || !table.partitions().stream().allMatch(Partition::byCreatedAt)) {
      return List.of(
          new Problem(
              "%s is not partitioned by RANGE over created_at.".formatted(table.name()),
              "See the README for a table that is (FLOOR(UNIX_TIMESTAMP(created_at)) or TO_DAYS(created_at)); or set purge.mode=delete."));
    }
    if (createdAt.nullable()) {
      return List.of(
          new Problem(
              "%s.created_at may be NULL, and such rows lie in the oldest partition, whatever their age."
                  .formatted(table.name()),
              "ALTER TABLE %s MODIFY created_at %s NOT NULL; or set purge.mode=delete."
                  .formatted(name, createdAt.type())));
    }
    return List.of();
  }

  private static List<Problem> missingRight(
      Connection connection, TableName table, PurgeSettings.Mode mode, String account)
      throws SQLException {
    if (mode == PurgeSettings.Mode.PARTITION) {
      // Nothing tries these two rights without doing something
      return Grants.of(connection).allow(table, "ALTER", "DROP")
          ? List.of()
          : List.of(lacking("ALTER, DROP", table, account, "none of its grants says so"));
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION lock_wait_timeout = 1");
      statement.execute("EXPLAIN DELETE FROM %s WHERE FALSE".formatted(table.quoted()));
    } catch (SQLException e) {
      if (DENIED.contains(e.getErrorCode())) {
        return List.of(lacking("DELETE", table, account, String.valueOf(e.getMessage())));
      }
      if (!READ_ONLY.contains(e.getErrorCode())) {
        throw e;
      }
      log.warn(
          "Nothing is purged from {} for the moment, the server takes no writes: {}",
          table,
          e.getMessage());
    }
    return List.of();
  }

  private static Problem lacking(String rights, TableName table, String account, String why) {
    return new Problem(
        "The account %s may not purge %s: %s.".formatted(account, table, why),
        "GRANT %s ON %s TO %s; or set purge.mode=off.".formatted(rights, table.quoted(), account));
  }
}
