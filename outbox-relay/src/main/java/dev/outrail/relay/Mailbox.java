package dev.outrail.relay;

import dev.outrail.relay.operate.OperationRefusedException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What operators ask for waits here until the relay's thread comes by between two runs: one thread
 * changes the relay's state, so no operation ever meets a run half way. Thread-safe.
 */
final class Mailbox {

  private static final class Letter<T> {
    final Function<Desk, T> work;
    final CompletableFuture<T> answer = new CompletableFuture<>();
    final AtomicBoolean taken = new AtomicBoolean();

    Letter(Function<Desk, T> work) {
      this.work = work;
    }

    /** A failure that is not a refusal ends the relay's cycle, too. */
    void open(Desk desk) {
      if (!taken.compareAndSet(false, true)) {
        return; // nobody waits for it any more
      }
      try {
        answer.complete(work.apply(desk));
      } catch (OperationRefusedException e) {
        answer.completeExceptionally(e);
      } catch (RuntimeException e) {
        answer.completeExceptionally(
            OperationRefusedException.notConnected(
                "It failed: " + e.getMessage(),
                "Look at /status and the audit topic for whether it took place; then ask again."));
        throw e;
      }
    }
  }

  private final Queue<Letter<?>> letters = new ConcurrentLinkedQueue<>();
  private final Duration patience;

  /**
   * @param patience how long an operation may wait for its turn, and as long again for its answer
   */
  Mailbox(Duration patience) {
    this.patience = patience;
  }

  /**
   * Has the relay's thread do something.
   *
   * @throws OperationRefusedException as the desk says, or if there is no answer in time
   */
  <T> T ask(Function<Desk, T> work) {
    Letter<T> letter = new Letter<>(work);
    letters.add(letter);
    try {
      return letter.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (letter.taken.compareAndSet(false, true)) {
        throw OperationRefusedException.notConnected(
            "The relay is busy reaching MySQL or Kafka; nothing was done.",
            "Look at /status, and ask again.");
      }
      return lateAnswer(letter);
    } catch (ExecutionException e) {
      throw refusal(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OperationRefusedException.noAnswer("Interrupted.", "Look at /status.");
    }
  }

  /** Does what waits, in order. For the relay's thread. */
  void work(Desk desk) {
    for (Letter<?> letter = letters.poll(); letter != null; letter = letters.poll()) {
      letter.open(desk);
    }
  }

  private <T> T lateAnswer(Letter<T> letter) {
    try {
      return letter.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw OperationRefusedException.noAnswer(
          "The relay has begun, but did not finish within %d s."
              .formatted(2 * patience.toSeconds()),
          "Look at /status and the audit topic for whether it took place.");
    } catch (ExecutionException e) {
      throw refusal(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OperationRefusedException.noAnswer("Interrupted.", "Look at /status.");
    }
  }

  private static RuntimeException refusal(ExecutionException e) {
    return e.getCause() instanceof OperationRefusedException refused
        ? refused
        : new IllegalStateException(e.getCause());
  }
}
