package dev.outrail.messaging.inbox;

import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Runs effects, and finds out whether the transaction of their marks is still the same behind them:
 * a savepoint that was set before is gone, if the server rolled the transaction back (error 1213,
 * which the effect may have swallowed) or committed it (a DDL statement). Which of the two, the
 * marks tell: they are gone or there.
 *
 * <p>Thread-safe.
 */
final class EffectGuard {

  private static final Logger log = LoggerFactory.getLogger(EffectGuard.class);

  private static final String SAVEPOINT = "outrail_inbox_";

  /** Does not lock: what the effect committed is seen, and a concurrent delivery not waited for. */
  private static final String MARKED =
      """
      SELECT COUNT(*) FROM processed_message
      WHERE consumer = :consumer AND message_id IN (:messageIds)
      """;

  private static final int NO_SUCH_SAVEPOINT = 1305;
  private static final int DEADLOCK = 1213;
  private static final int MOST_ASKED = 1_000;
  private static final int MOST_REMEMBERED = 10_000;

  /** An effect may apply another message in the same transaction: a name of its own for that. */
  private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

  private final JdbcTemplate statements;
  private final JdbcClient jdbc;

  /**
   * Marked, though their effect is not whole: a redelivery that was taken for applied would hide
   * it. Bounded, for a handler of that kind is one that never worked; and gone with the process,
   * which is why they are in the log, too.
   */
  private final Set<Mark> broken = new LinkedHashSet<>();

  private record Mark(String consumer, String messageId) {}

  EffectGuard(DataSource dataSource) {
    this.statements = new JdbcTemplate(dataSource);
    this.jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Runs an effect in the open transaction.
   *
   * @param marked what this transaction has marked, at least one
   * @throws LostTransactionException if the server rolled it back meanwhile
   * @throws ImplicitCommitException if the effect committed it; also if that failed afterwards
   */
  void run(String consumer, List<String> marked, Runnable effect) {
    int depth = DEPTH.get() + 1;
    String savepoint = SAVEPOINT + depth;
    statements.execute("SAVEPOINT " + savepoint);
    DEPTH.set(depth);
    try {
      effect.run();
    } catch (RuntimeException | Error e) {
      if (!isOf(DEADLOCK, e) && hasCommitted(consumer, marked, savepoint, e)) {
        throw broken(consumer, marked, e);
      }
      throw e;
    } finally {
      if (depth == 1) {
        DEPTH.remove();
      } else {
        DEPTH.set(depth - 1);
      }
    }
    if (isGone(savepoint)) {
      throw areThere(consumer, marked)
          ? broken(consumer, marked, null)
          : new LostTransactionException(consumer, marked.get(0));
    }
    isWhole(consumer, marked);
  }

  /** The failure of an effect stays the one that is told, whatever comes of the question. */
  private boolean hasCommitted(
      String consumer, List<String> marked, String savepoint, Throwable failure) {
    try {
      return isGone(savepoint) && areThere(consumer, marked);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  private boolean isGone(String savepoint) {
    try {
      statements.execute("RELEASE SAVEPOINT " + savepoint);
      return false;
    } catch (BadSqlGrammarException e) {
      if (isOf(NO_SUCH_SAVEPOINT, e)) {
        return true;
      }
      throw e;
    }
  }

  private boolean areThere(String consumer, List<String> marked) {
    List<String> asked = marked.subList(0, Math.min(MOST_ASKED, marked.size()));
    return jdbc.sql(MARKED)
            .params(Map.of("consumer", consumer, "messageIds", asked))
            .query(Integer.class)
            .single()
        == asked.size();
  }

  private ImplicitCommitException broken(
      String consumer, List<String> marked, @Nullable Throwable failure) {
    synchronized (broken) {
      marked.forEach(id -> broken.add(new Mark(consumer, id)));
      var oldest = broken.iterator();
      while (broken.size() > MOST_REMEMBERED) {
        oldest.next();
        oldest.remove();
      }
    }
    ImplicitCommitException refusal = new ImplicitCommitException(consumer, marked.get(0));
    if (failure != null) {
      refusal.addSuppressed(failure);
    }
    log.error(
        "An effect committed halfway, so these events are marked for '{}' and their effects are there in part: {}",
        consumer,
        marked);
    return refusal;
  }

  /**
   * @param before what is marked since before this transaction
   * @throws ImplicitCommitException if one of these marks has no whole effect behind it
   */
  void requireWhole(String consumer, Collection<String> before) {
    synchronized (broken) {
      if (broken.isEmpty()) {
        return;
      }
      for (String id : before) {
        if (broken.contains(new Mark(consumer, id))) {
          throw new ImplicitCommitException(consumer, id);
        }
      }
    }
  }

  /** Somebody deleted its mark, to have it applied from the beginning. */
  private void isWhole(String consumer, List<String> marked) {
    synchronized (broken) {
      if (!broken.isEmpty()) {
        marked.forEach(id -> broken.remove(new Mark(consumer, id)));
      }
    }
  }

  private static boolean isOf(int number, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException answer && answer.getErrorCode() == number) {
        return true;
      }
    }
    return false;
  }
}
