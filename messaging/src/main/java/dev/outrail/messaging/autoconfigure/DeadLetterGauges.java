package dev.outrail.messaging.autoconfigure;

import dev.outrail.messaging.deadletter.DeadLetters;
import java.time.Duration;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;

/** Asks the database at most every ten seconds, however often it is asked itself. */
final class DeadLetterGauges {

  private static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();

  private final ObjectProvider<DeadLetters> letters;
  private long askedAt;
  private double waiting = Double.NaN;

  DeadLetterGauges(ObjectProvider<DeadLetters> letters) {
    this.letters = letters;
    this.askedAt = System.nanoTime() - FRESH_NANOS;
  }

  /** Not a number while the database does not answer. */
  synchronized double waiting() {
    if (System.nanoTime() - askedAt >= FRESH_NANOS) {
      askedAt = System.nanoTime();
      try {
        waiting = letters.getObject().waiting().values().stream().mapToLong(Long::longValue).sum();
      } catch (DataAccessException | BeansException e) {
        waiting = Double.NaN;
      }
    }
    return waiting;
  }
}
