package dev.outrail.messaging.inbox;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deletes old marks of the inbox in small transactions. What was applied stays applied; a message
 * whose mark may be gone is refused from then on ({@link ForgottenMessageException}) instead of
 * being applied a second time. How old a mark has to be is for the caller to judge: nothing that
 * can still be delivered again should be forgotten.
 *
 * <p>A crash leaves some of the marks, and they go with the next purge. Several processes may purge
 * at once. Thread-safe.
 */
public final class InboxPurge {

  /** The shortest retention there may be. */
  public static final Duration SHORTEST_RETENTION = JdbcInbox.NEVER_FORGOTTEN.plusHours(1);

  private static final String CONSUMERS = "SELECT DISTINCT consumer FROM processed_message";

  private static final String RAISE =
      """
      INSERT INTO inbox_purge (consumer, purged_until)
      SELECT :consumer, NOW(6) - INTERVAL :age MICROSECOND
      ON DUPLICATE KEY UPDATE purged_until = GREATEST(purged_until, VALUES(purged_until))
      """;

  private static final String PURGED_UNTIL =
      "SELECT UNIX_TIMESTAMP(purged_until) FROM inbox_purge WHERE consumer = :consumer";

  /** In the order of the ids, which is that of their times: others are hardly met on the way. */
  private static final String DELETE =
      """
      DELETE /*+ INDEX(processed_message PRIMARY) */ FROM processed_message
      WHERE consumer = :consumer AND message_id < :madeLater AND message_id REGEXP :ofTime
        AND processed_at < (SELECT purged_until FROM inbox_purge WHERE consumer = :consumer)
      ORDER BY message_id
      LIMIT :rows
      """;

  private static final String DELETE_FOREIGN =
      """
      DELETE /*+ INDEX(processed_message idx_processed_at) */ FROM processed_message
      WHERE consumer = :consumer AND message_id NOT REGEXP :ofTime
        AND processed_at < NOW(6) - INTERVAL :age MICROSECOND
      ORDER BY processed_at
      LIMIT :rows
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** Both must work on the data source where {@code processed_message} is. */
  public InboxPurge(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactionManager);
    this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    // No gap locks: the consumers go on inserting.
    this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
  }

  /** Who has marks in the table. */
  public List<String> consumers() {
    return jdbc.sql(CONSUMERS).query(String.class).list();
  }

  /**
   * Deletes the marks of a consumer that are older than that, by the database's clock, and whose
   * ids tell when they were made (UUIDv7): only these are refused when they come again.
   *
   * <ol>
   *   <li>In a transaction of its own, says how far it is going to forget. A crash after it costs
   *       nothing but that older messages are refused already.
   *   <li>Deletes, a bounded number of rows per transaction.
   * </ol>
   *
   * @param retention at least {@link #SHORTEST_RETENTION}
   * @param rowsAtOnce how many rows a transaction deletes at most
   * @return how many rows are gone
   * @throws IllegalArgumentException if the retention is too short
   */
  public long purge(String consumer, Duration retention, int rowsAtOnce) {
    requireSensible(retention, rowsAtOnce);
    Instant until =
        Objects.requireNonNull(transaction.execute(status -> raise(consumer, retention)));
    String madeLater = MessageTime.firstIdAt(until.plus(JdbcInbox.CLOCKS));
    return inSteps(
        rowsAtOnce,
        () ->
            jdbc.sql(DELETE)
                .param("consumer", consumer)
                .param("madeLater", madeLater)
                .param("ofTime", MessageTime.PATTERN)
                .param("rows", rowsAtOnce)
                .update());
  }

  /**
   * Deletes the marks of a consumer that are older than that and whose ids do not tell when they
   * were made. A message of them that comes again is applied a second time: nothing would know.
   *
   * @param retention at least {@link #SHORTEST_RETENTION}, and longer than such a message can take
   *     to come again
   * @param rowsAtOnce how many rows a transaction deletes at most
   * @return how many rows are gone
   * @throws IllegalArgumentException if the retention is too short
   */
  public long purgeForeignIds(String consumer, Duration retention, int rowsAtOnce) {
    requireSensible(retention, rowsAtOnce);
    return inSteps(
        rowsAtOnce,
        () ->
            jdbc.sql(DELETE_FOREIGN)
                .param("consumer", consumer)
                .param("ofTime", MessageTime.PATTERN)
                .param("age", retention.toNanos() / 1_000)
                .param("rows", rowsAtOnce)
                .update());
  }

  private static void requireSensible(Duration retention, int rowsAtOnce) {
    if (retention.compareTo(SHORTEST_RETENTION) < 0) {
      throw new IllegalArgumentException(
          "a retention of %s is too short, it must be %s or longer"
              .formatted(retention, SHORTEST_RETENTION));
    }
    if (rowsAtOnce < 1) {
      throw new IllegalArgumentException("rowsAtOnce must be 1 or more, not " + rowsAtOnce);
    }
  }

  private Instant raise(String consumer, Duration retention) {
    jdbc.sql(RAISE).param("consumer", consumer).param("age", retention.toNanos() / 1_000).update();
    return jdbc.sql(PURGED_UNTIL)
        .param("consumer", consumer)
        .query((row, number) -> JdbcInbox.instant(row.getBigDecimal(1)))
        .single();
  }

  private long inSteps(int rowsAtOnce, Supplier<Integer> delete) {
    long gone = 0;
    int rows = rowsAtOnce;
    while (rows == rowsAtOnce && !Thread.currentThread().isInterrupted()) {
      rows = Objects.requireNonNull(transaction.execute(status -> delete.get()));
      gone += rows;
    }
    return gone;
  }
}
