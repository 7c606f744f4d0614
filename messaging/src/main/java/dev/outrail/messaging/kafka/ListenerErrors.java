package dev.outrail.messaging.kafka;

import dev.outrail.messaging.inbox.ForgottenMessageException;
import dev.outrail.messaging.inbox.ImplicitCommitException;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer.HeaderNames.HeadersToAdd;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What a listener does with a message that it could not apply; nothing is ever logged and skipped.
 *
 * <ul>
 *   <li>Permanent: {@link PermanentMessageException}, {@link ForgottenMessageException} and {@link
 *       ImplicitCommitException}, after one try.
 *   <li>Passing: a deadlock, a lost connection, a server that is down, {@link
 *       TransientMessageException}. Tried again with a growing pause, without an end, while the
 *       order of the partition holds.
 *   <li>Anything else (a constraint, a bug): tried again in the same way up to a bound, then taken
 *       as permanent.
 * </ul>
 *
 * <p>A permanent failure goes to {@code <topic>-dlt}, with Spring Kafka's headers that say where it
 * came from and why; then the partition goes on. Its inbox mark is not set, so that {@link
 * DeadLetters} can bring it back once the cause is mended. If the dead letter topic cannot be
 * written, the message is tried again.
 */
public final class ListenerErrors {

  /** What is appended to a topic's name for its dead letters. */
  public static final String DEAD_LETTER_SUFFIX = "-dlt";

  /** How often a message is tried that fails for a reason that is neither permanent nor passing. */
  public static final int DEFAULT_TRIES = 10;

  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private ListenerErrors() {}

  /** The handler with {@value #DEFAULT_TRIES} tries and nobody who listens. */
  public static CommonErrorHandler handler(KafkaOperations<?, ?> deadLetters) {
    return handler(deadLetters, DEFAULT_TRIES, (message, cause) -> {});
  }

  /**
   * The handler for listeners of outbox events; Spring Boot's container factory takes it up. For
   * containers with ack mode {@code MANUAL_IMMEDIATE}: in others, the offset of a dead letter is
   * committed only with a later message.
   *
   * @param deadLetters where dead letters are sent with; key and value as they came
   * @param tries how often a message is tried in all that fails for an unknown reason, from 1; with
   *     the ten of {@link #DEFAULT_TRIES}, half a minute passes
   * @param listener told of each dead letter
   */
  public static CommonErrorHandler handler(
      KafkaOperations<?, ?> deadLetters, int tries, DeadLetterListener listener) {
    if (tries < 1) {
      throw new IllegalArgumentException("tries must be 1 or more, not " + tries);
    }
    DeadLetterPublishingRecoverer recoverer = recoverer(deadLetters);
    DefaultErrorHandler handler =
        new DefaultErrorHandler(
            (message, cause) -> {
              recoverer.accept(message, cause);
              listener.parked(message, cause);
            },
            pauses());
    handler.setBackOffFunction(backOffs(tries));
    handler.addNotRetryableExceptions(
        PermanentMessageException.class,
        ForgottenMessageException.class,
        ImplicitCommitException.class);
    // Else a dead letter at the end of its partition comes again, and is parked again, at a
    // restart.
    handler.setCommitRecovered(true);
    // Both are the way that is meant: tried again, or parked.
    handler.setLogLevel(KafkaException.Level.WARN);
    return handler;
  }

  static DeadLetterPublishingRecoverer recoverer(KafkaOperations<?, ?> deadLetters) {
    DeadLetterPublishingRecoverer recoverer =
        new DeadLetterPublishingRecoverer(
            deadLetters,
            (message, cause) -> new TopicPartition(message.topic() + DEAD_LETTER_SUFFIX, -1));
    recoverer.setFailIfSendResultIsError(true);
    // The cause is in the log; as a header, it would make a large message larger by some kilobytes.
    recoverer.excludeHeader(HeadersToAdd.EX_STACKTRACE);
    return recoverer;
  }

  private static BiFunction<ConsumerRecord<?, ?>, Exception, BackOff> backOffs(int tries) {
    return (message, failure) -> {
      ExponentialBackOff pauses = pauses();
      if (!PassingFailures.isPassing(failure)) {
        pauses.setMaxAttempts(tries - 1L);
      }
      return pauses;
    };
  }

  private static ExponentialBackOff pauses() {
    ExponentialBackOff pauses = new ExponentialBackOff(FIRST_PAUSE_MILLIS, 2);
    pauses.setMaxInterval(LONGEST_PAUSE_MILLIS);
    return pauses;
  }
}
