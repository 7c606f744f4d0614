package dev.outrail.relay.capture;

import dev.outrail.relay.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The column {@code created_at} of an outbox table, as the server describes it, and what its values
 * mean on a connection of {@link MySqlServer}. Immutable.
 *
 * @param type in lower case, such as {@code timestamp(6)}
 * @param filledByServer whether the server fills it with its own time where a writer says nothing
 * @param zone of its values; null if that is not known, so that they tell no time
 */
public record CreatedAt(
    String type, boolean nullable, boolean filledByServer, @Nullable ZoneId zone) {

  private static final String COLUMN =
      """
      SELECT LOWER(column_type), is_nullable, LOWER(COALESCE(column_default, ''))
      FROM information_schema.columns
      WHERE table_schema = ? AND table_name = ? AND LOWER(column_name) = 'created_at'
      """;

  /** What a column's default may be that is the time of the statement. */
  private static final Pattern NOW =
      Pattern.compile("(current_timestamp|now|localtime|localtimestamp|utc_timestamp)\\b.*");

  private static final DateTimeFormatter SQL_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private static final long DAYS_BEFORE_1970 = 719_528;

  /**
   * Asks the server.
   *
   * @param server whose connection it is
   * @return null if there is no such column
   */
  public static @Nullable CreatedAt of(MySqlServer server, Connection connection, TableName table)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COLUMN)) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet column = select.executeQuery()) {
        if (!column.next()) {
          return null;
        }
        String type = column.getString(1);
        return new CreatedAt(
            type,
            "YES".equals(column.getString(2)),
            NOW.matcher(column.getString(3)).matches(),
            type.startsWith("timestamp")
                ? ZoneOffset.UTC // the session's zone
                : type.startsWith("datetime") ? server.createdAtZone() : null);
      }
    }
  }

  /** Why it tells no time, and what to do about that; null if it does. */
  public @Nullable Problem unusable(TableName table) {
    if (zone != null) {
      return null;
    }
    return type.startsWith("datetime")
        ? new Problem(
            "%s.created_at is a DATETIME, which does not say in which time zone it is."
                .formatted(table),
            "Set outbox.created.at.zone to the zone in which its writers' sessions fill it (UTC, +08:00, …), or"
                + " ALTER TABLE %s MODIFY created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6);"
                    .formatted(table.quoted()))
        : new Problem(
            "%s.created_at is of type %s, which tells no time.".formatted(table, type),
            "ALTER TABLE %s MODIFY created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6);"
                .formatted(table.quoted()));
  }

  /** A time as the column has it. */
  public String literal(Instant time) {
    return SQL_TIME.format(local(time));
  }

  /** The time of what the column has, given as {@link #literal} writes it. */
  public Instant instant(String literal) {
    return LocalDateTime.parse(literal, SQL_TIME).atZone(known()).toInstant();
  }

  /** The day of it, as {@code TO_DAYS(created_at)} counts. */
  public long day(Instant time) {
    return local(time).toLocalDate().toEpochDay() + DAYS_BEFORE_1970;
  }

  private LocalDateTime local(Instant time) {
    return LocalDateTime.ofInstant(time, known());
  }

  private ZoneId known() {
    ZoneId known = zone;
    if (known == null) {
      throw new IllegalStateException("A " + type + " tells no time");
    }
    return known;
  }
}
