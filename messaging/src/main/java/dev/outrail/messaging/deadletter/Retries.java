package dev.outrail.messaging.deadletter;

import dev.outrail.messaging.deadletter.DeadLetters.Failed;
import dev.outrail.messaging.deadletter.DeadLetters.Retried;
import dev.outrail.messaging.deadletter.LetterRows.Stored;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.kafka.PassingFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Applies sequences of letters, and counts what comes of it. Of one retry, on one thread. */
final class Retries {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);

  private final LetterRows rows;
  private final JdbcInbox inbox;
  private final TransactionTemplate transaction;
  private final LetterReceivers receivers;
  private final long forced;
  private int applied;
  private final List<Failed> failed = new ArrayList<>();
  private @Nullable String stopped;

  /**
   * @param forced the letter that is applied although nobody knows whether it was before
   */
  Retries(
      LetterRows rows,
      JdbcInbox inbox,
      TransactionTemplate transaction,
      LetterReceivers receivers,
      long forced) {
    this.rows = rows;
    this.inbox = inbox;
    this.transaction = transaction;
    this.receivers = receivers;
    this.forced = forced;
  }

  /** As {@link #retry}, but one that nobody applies here keeps no other from its turn. */
  void retryIfApplied(Stored one) {
    if (receivers.of(one.letter().consumer(), one.letter().topic()).isPresent()) {
      retry(one);
    } else {
      failed.add(new Failed(one.letter().id(), nobody(one.letter())));
    }
  }

  private static String nobody(DeadLetter letter) {
    return "dead letter %d is of consumer '%s' and topic '%s', which no listener of this application applies"
        .formatted(letter.id(), letter.consumer(), letter.topic());
  }

  /** A sequence, letter by letter. */
  void retry(Stored one) {
    DeadLetter letter = one.letter();
    LetterReceivers.Receiver receiver =
        receivers
            .of(letter.consumer(), letter.topic())
            .orElseThrow(() -> new IllegalArgumentException(nobody(letter)));
    boolean more = true;
    while (more && stopped == null) {
      more = applyNext(one, receiver);
    }
  }

  private boolean applyNext(Stored one, LetterReceivers.Receiver receiver) {
    long[] tried = {one.letter().id()};
    try {
      boolean done =
          Objects.requireNonNull(transaction.execute(status -> applyFirst(one, receiver, tried)));
      applied += done ? 1 : 0;
      return done && one.key() != null;
    } catch (Uncertain e) {
      failed.add(new Failed(tried[0], String.valueOf(e.getMessage())));
      return false;
    } catch (RuntimeException e) {
      Failure failure = Failure.of(e);
      if (PassingFailures.isPassing(e)) {
        stopped = failure.cause();
      } else {
        rows.note(tried[0], failure);
        failed.add(new Failed(tried[0], failure.cause()));
      }
      return false;
    }
  }

  /**
   * Effect, mark, removal and, with the last letter, the key's release commit together.
   *
   * @return whether there was one
   */
  private boolean applyFirst(Stored one, LetterReceivers.Receiver receiver, long[] tried) {
    SequenceKey key = one.key();
    String consumer = one.letter().consumer();
    Optional<Stored> next =
        key == null ? rows.lock(one.letter().id()) : rows.lockFirst(consumer, key);
    if (next.isEmpty()) {
      return false;
    }
    Stored first = next.get();
    tried[0] = first.letter().id();
    if (first.isUncertain() && tried[0] != forced) {
      throw new Uncertain(first.letter());
    }
    inbox.applyParked(consumer, first.letter().messageId(), () -> receiver.apply(first.received()));
    rows.delete(first.letter().id());
    if (key != null) {
      rows.releaseIfEmpty(consumer, key);
    }
    return true;
  }

  /** Whether the surroundings ended it. */
  boolean isStopped() {
    return stopped != null;
  }

  Retried result(String what) {
    Retried result = new Retried(applied, List.copyOf(failed), stopped);
    log.info("Retry of {}: {}", what, result);
    return result;
  }

  private static final class Uncertain extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Uncertain(DeadLetter letter) {
      super(
          "it is not known whether dead letter %d was applied before: if it was not, retry it with force, else discard it. %s"
              .formatted(letter.id(), letter.cause()));
    }
  }
}
