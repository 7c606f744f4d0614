package dev.outrail.messaging.inbox;

import dev.outrail.messaging.jdbc.OpenTransaction;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox on Spring JDBC. */
public final class JdbcInbox implements Inbox {

  private static final Logger log = LoggerFactory.getLogger(JdbcInbox.class);

  private static final String MARK =
      """
      INSERT INTO processed_message (consumer, message_id) VALUES (:consumer, :messageId)
      """;

  private static final String MARK_AGAIN =
      """
      INSERT INTO processed_message (consumer, message_id) VALUES (:consumer, :messageId)
      ON DUPLICATE KEY UPDATE processed_at = CURRENT_TIMESTAMP(6)
      """;

  private static final String MARK_MANY =
      "INSERT INTO processed_message (consumer, message_id) VALUES ";

  /** Locks: a plain read might not see what has just stopped the insert. */
  private static final String MARKED =
      """
      SELECT message_id FROM processed_message
      WHERE consumer = :consumer AND message_id IN (:messageIds)
      FOR SHARE
      """;

  /** Locks: a purge that is under way has raised the limit before it deletes. */
  private static final String PURGED_UNTIL =
      """
      SELECT UNIX_TIMESTAMP(purged_until) FROM inbox_purge WHERE consumer = :consumer FOR SHARE
      """;

  /**
   * Marks of messages younger than this are never purged ({@link InboxPurge} refuses), so that what
   * is not marked is known to be new, without a question to the database.
   */
  static final Duration NEVER_FORGOTTEN = Duration.ofHours(1);

  /** How far the clocks of writers and of the database may be apart. */
  static final Duration CLOCKS = Duration.ofMinutes(10);

  private static final int MAX_ROWS = 1_000;
  private static final int MAX_CONSUMER = 64;

  private final JdbcClient jdbc;
  private final OpenTransaction own;
  private final TransactionTemplate transaction;
  private final EffectGuard effects;
  private final InstantSource clock;

  /**
   * @param dataSource where {@code processed_message} and the effects are
   * @param transactionManager begins transactions on it
   */
  public JdbcInbox(DataSource dataSource, PlatformTransactionManager transactionManager) {
    this(dataSource, transactionManager, InstantSource.system());
  }

  /**
   * @param clock tells the age of messages
   */
  public JdbcInbox(
      DataSource dataSource, PlatformTransactionManager transactionManager, InstantSource clock) {
    this.own = new OpenTransaction(dataSource);
    this.jdbc = JdbcClient.create(OpenTransaction.targetOf(dataSource));
    this.transaction = new TransactionTemplate(transactionManager);
    this.effects = new EffectGuard(OpenTransaction.targetOf(dataSource));
    this.clock = clock;
  }

  @Override
  public ApplyOutcome applyOnce(String consumer, String messageId, Runnable effect) {
    requireConsumer(consumer);
    String id = MessageId.canonical(messageId);
    return Objects.requireNonNull(
        transaction.execute(status -> markThenApply(consumer, id, effect)));
  }

  /**
   * The mark comes first: its key makes a concurrent delivery of the same message wait until this
   * transaction has ended. A crash between the two steps, or before the commit, leaves neither.
   */
  private ApplyOutcome markThenApply(String consumer, String messageId, Runnable effect) {
    requireOwnTransaction();
    if (!mark(consumer, messageId)) {
      effects.requireWhole(consumer, List.of(messageId));
      return ApplyOutcome.REDELIVERY;
    }
    requireRemembered(consumer, List.of(messageId));
    effects.run(consumer, List.of(messageId), effect);
    return ApplyOutcome.APPLIED;
  }

  private boolean mark(String consumer, String messageId) {
    try {
      jdbc.sql(MARK).param("consumer", consumer).param("messageId", messageId).update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /**
   * Marks a message as dealt with, in a transaction with what it has become: a dead letter. It is
   * not asked whether its mark may have been purged: a letter is no effect.
   *
   * @param evenIfMarked whether the mark may be there already, because the effect committed it with
   *     a part of itself ({@link ImplicitCommitException})
   * @param letter stores it; not called if the message was dealt with before
   */
  public ApplyOutcome park(
      String consumer, String messageId, boolean evenIfMarked, Runnable letter) {
    requireConsumer(consumer);
    String id = MessageId.canonical(messageId);
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              requireOwnTransaction();
              if (!mark(consumer, id) && !evenIfMarked) {
                return ApplyOutcome.REDELIVERY;
              }
              letter.run();
              return ApplyOutcome.APPLIED;
            }));
  }

  /**
   * Applies a message that was parked before, in the open transaction, which takes away its dead
   * letter, too. The mark is made anew, so that it is kept as long as one of today.
   *
   * @throws LostTransactionException if the server rolled the transaction back meanwhile
   * @throws ImplicitCommitException if the effect committed it
   */
  public void applyParked(String consumer, String messageId, Runnable effect) {
    transaction.executeWithoutResult(
        status -> {
          requireOwnTransaction();
          jdbc.sql(MARK_AGAIN).param("consumer", consumer).param("messageId", messageId).update();
          effects.run(consumer, List.of(messageId), effect);
        });
  }

  @Override
  public <M> List<ApplyOutcome> applyBatch(
      String consumer,
      List<M> messages,
      Function<? super M, String> messageId,
      Consumer<? super List<M>> effect) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalTransactionStateException(
          "a batch is applied in transactions of its own, and one is open already");
    }
    if (messages.isEmpty()) {
      return List.of();
    }
    if (messages.size() > 1) {
      try {
        return Objects.requireNonNull(
            transaction.execute(status -> markThenApplyAll(consumer, messages, messageId, effect)));
      } catch (RuntimeException e) {
        log.debug("A batch of {} is applied message by message", messages.size(), e);
      }
    }
    return oneByOne(consumer, messages, messageId, effect);
  }

  private <M> List<ApplyOutcome> oneByOne(
      String consumer,
      List<M> messages,
      Function<? super M, String> messageId,
      Consumer<? super List<M>> effect) {
    List<ApplyOutcome> outcomes = new ArrayList<>(messages.size());
    for (M message : messages) {
      try {
        outcomes.add(
            applyOnce(consumer, messageId.apply(message), () -> effect.accept(List.of(message))));
      } catch (RuntimeException e) {
        throw new BatchFailedException(outcomes.size(), e);
      }
    }
    return List.copyOf(outcomes);
  }

  private <M> List<ApplyOutcome> markThenApplyAll(
      String consumer,
      List<M> messages,
      Function<? super M, String> messageId,
      Consumer<? super List<M>> effect) {
    requireOwnTransaction();
    requireConsumer(consumer);
    List<String> idOfEach =
        messages.stream().map(each -> MessageId.canonical(messageId.apply(each))).toList();
    List<String> ids = List.copyOf(new LinkedHashSet<>(idOfEach));
    Set<String> marked = new HashSet<>();
    for (int from = 0; from < ids.size(); from += MAX_ROWS) {
      marked.addAll(markNew(consumer, ids.subList(from, Math.min(from + MAX_ROWS, ids.size()))));
    }
    if (marked.size() < ids.size()) {
      effects.requireWhole(consumer, ids.stream().filter(id -> !marked.contains(id)).toList());
    }
    List<M> fresh = new ArrayList<>(marked.size());
    List<String> freshIds = new ArrayList<>(marked.size());
    List<ApplyOutcome> outcomes = new ArrayList<>(messages.size());
    for (int each = 0; each < messages.size(); each++) {
      boolean isNew = marked.remove(idOfEach.get(each));
      outcomes.add(isNew ? ApplyOutcome.APPLIED : ApplyOutcome.REDELIVERY);
      if (isNew) {
        fresh.add(messages.get(each));
        freshIds.add(idOfEach.get(each));
      }
    }
    if (!fresh.isEmpty()) {
      requireRemembered(consumer, freshIds);
      effects.run(consumer, freshIds, () -> effect.accept(Collections.unmodifiableList(fresh)));
    }
    return List.copyOf(outcomes);
  }

  /** Else the mark would be there for good before the effect is tried. */
  private void requireOwnTransaction() {
    own.obstacle()
        .ifPresent(
            why -> {
              throw new InboxTransactionException(why);
            });
  }

  /**
   * Called after the marks were set: a purge that deletes a mark has raised the limit before, so
   * one of the two is seen.
   */
  private void requireRemembered(String consumer, List<String> unmarked) {
    Instant old = clock.instant().minus(NEVER_FORGOTTEN).plus(CLOCKS);
    String oldest = null;
    Instant made = Instant.MAX;
    for (String id : unmarked) {
      Instant each = MessageTime.of(id).orElse(Instant.MAX);
      if (each.isBefore(made)) {
        oldest = id;
        made = each;
      }
    }
    if (oldest == null || !made.isBefore(old)) {
      return;
    }
    Instant purgedUntil =
        jdbc.sql(PURGED_UNTIL)
            .param("consumer", consumer)
            .query((row, number) -> instant(row.getBigDecimal(1)))
            .optional()
            .orElse(Instant.MIN);
    if (made.minus(CLOCKS).isBefore(purgedUntil)) {
      throw new ForgottenMessageException(consumer, oldest, made, purgedUntil);
    }
  }

  /** From seconds, as the server counts them: whatever time zones it and this JVM are set to. */
  static Instant instant(BigDecimal seconds) {
    return Instant.EPOCH.plus(seconds.movePointRight(6).longValue(), ChronoUnit.MICROS);
  }

  /** Usually all are new, and the insert itself shows it; a failed one has marked none of them. */
  private List<String> markNew(String consumer, List<String> ids) {
    try {
      mark(consumer, ids);
      return ids;
    } catch (DuplicateKeyException e) {
      Set<String> before =
          Set.copyOf(
              jdbc.sql(MARKED)
                  .param("consumer", consumer)
                  .param("messageIds", ids)
                  .query(String.class)
                  .list());
      List<String> fresh = ids.stream().filter(id -> !before.contains(id)).toList();
      if (!fresh.isEmpty()) {
        mark(consumer, fresh);
      }
      return fresh;
    }
  }

  private void mark(String consumer, List<String> ids) {
    List<Object> arguments = new ArrayList<>(2 * ids.size());
    for (String id : ids) {
      arguments.add(consumer);
      arguments.add(id);
    }
    String rows = String.join(", ", Collections.nCopies(ids.size(), "(?, ?)"));
    jdbc.sql(MARK_MANY + rows).params(arguments).update();
  }

  /**
   * @throws IllegalArgumentException if it can be no consumer's name
   */
  public static void requireConsumer(String name) {
    if (name.isBlank()
        || name.length() > MAX_CONSUMER
        || !StandardCharsets.US_ASCII.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException(
          "consumer '%s' must be 1 to %d ASCII characters".formatted(name, MAX_CONSUMER));
    }
  }
}
