package dev.outrail.messaging.kafka;

import org.apache.kafka.common.TopicPartition;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * What a listener does with a message that it could not apply; nothing is ever logged and skipped.
 *
 * <ul>
 *   <li>{@link PermanentMessageException}: to {@code <topic>-dlt}, with Spring Kafka's headers that
 *       say where it came from and why; then the partition goes on. If the dead letter topic cannot
 *       be written, the message is tried again.
 *   <li>anything else is taken as passing (a deadlock, a lost connection): tried again with a
 *       growing pause, without an end, while the order of the partition holds.
 * </ul>
 */
public final class ListenerErrors {

  /** What is appended to a topic's name for its dead letters. */
  public static final String DEAD_LETTER_SUFFIX = "-dlt";

  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private ListenerErrors() {}

  /**
   * The handler for listeners of outbox events; Spring Boot's container factory takes it up. For
   * containers with ack mode {@code MANUAL_IMMEDIATE}: in others, the offset of a dead letter is
   * committed only with a later message.
   */
  public static CommonErrorHandler handler(KafkaOperations<?, ?> deadLetters) {
    DeadLetterPublishingRecoverer recoverer =
        new DeadLetterPublishingRecoverer(
            deadLetters,
            (record, cause) -> new TopicPartition(record.topic() + DEAD_LETTER_SUFFIX, -1));
    recoverer.setFailIfSendResultIsError(true);
    ExponentialBackOff pauses = new ExponentialBackOff(FIRST_PAUSE_MILLIS, 2);
    pauses.setMaxInterval(LONGEST_PAUSE_MILLIS);
    DefaultErrorHandler handler = new DefaultErrorHandler(recoverer, pauses);
    handler.addNotRetryableExceptions(PermanentMessageException.class);
    // Else a dead letter at the end of its partition comes again, and is parked again, at a
    // restart.
    handler.setCommitRecovered(true);
    return handler;
  }
}
