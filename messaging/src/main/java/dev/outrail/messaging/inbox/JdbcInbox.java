package dev.outrail.messaging.inbox;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox on Spring JDBC. */
public final class JdbcInbox implements Inbox {

  private static final String MARK =
      """
      INSERT INTO processed_message (consumer, message_id) VALUES (:consumer, :messageId)
      """;

  private static final int MAX_CONSUMER = 64;
  private static final int MAX_MESSAGE_ID = 255;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** Both must work on the data source where {@code processed_message} and the effects are. */
  public JdbcInbox(JdbcClient jdbc, PlatformTransactionManager transactionManager) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactionManager);
  }

  @Override
  public ApplyOutcome applyOnce(String consumer, String messageId, Runnable effect) {
    requireName("consumer", consumer, MAX_CONSUMER);
    requireName("messageId", messageId, MAX_MESSAGE_ID);
    return Objects.requireNonNull(
        transaction.execute(status -> markThenApply(consumer, messageId, effect)));
  }

  /**
   * The mark comes first: its key makes a concurrent delivery of the same message wait until this
   * transaction has ended. A crash between the two steps, or before the commit, leaves neither.
   */
  private ApplyOutcome markThenApply(String consumer, String messageId, Runnable effect) {
    try {
      jdbc.sql(MARK).param("consumer", consumer).param("messageId", messageId).update();
    } catch (DuplicateKeyException e) {
      return ApplyOutcome.REDELIVERY;
    }
    effect.run();
    return ApplyOutcome.APPLIED;
  }

  private static void requireName(String name, String value, int maxLength) {
    if (value.isBlank()
        || value.length() > maxLength
        || !StandardCharsets.US_ASCII.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException(
          "%s '%s' must be 1 to %d ASCII characters".formatted(name, value, maxLength));
    }
  }
}
