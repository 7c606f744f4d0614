package dev.outrail.messaging.inbox;

import dev.outrail.messaging.jdbc.OpenTransaction;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tells what the inbox knows of a message. Thread-safe. */
public final class InboxMarks {

  /** Consumers are few, and found by skipping through the key: a message alone has no index. */
  private static final String FIND =
      """
      SELECT mark.consumer, UNIX_TIMESTAMP(mark.processed_at)
        FROM (SELECT DISTINCT consumer FROM processed_message) AS each_one
             STRAIGHT_JOIN processed_message AS mark
               ON mark.consumer = each_one.consumer AND mark.message_id = :id
       ORDER BY mark.consumer
      """;

  private final JdbcClient jdbc;

  /**
   * @param dataSource where the inbox is
   */
  public InboxMarks(DataSource dataSource) {
    this.jdbc = JdbcClient.create(OpenTransaction.targetOf(dataSource));
  }

  /**
   * That a consumer is done with a message: it has applied it, or it has made a dead letter of it.
   *
   * @param at by the database's clock
   */
  public record Mark(String consumer, Instant at) {}

  /**
   * Who is done with a message, as far as marks have not been purged.
   *
   * @throws IllegalArgumentException if it can be no id
   */
  public List<Mark> find(String messageId) {
    return jdbc.sql(FIND)
        .param("id", MessageId.canonical(messageId))
        .query((row, number) -> new Mark(row.getString(1), JdbcInbox.instant(row.getBigDecimal(2))))
        .list();
  }
}
