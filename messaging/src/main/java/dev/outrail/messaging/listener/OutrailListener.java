package dev.outrail.messaging.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a bean that applies events, each once. It needs nothing else: no listener container,
 * no acknowledgement, no error handling.
 *
 * <p>The method changes the database that has the inbox, on the calling thread; a transaction is
 * open, and is committed with the inbox's marks, and with what the method appends to the outbox. It
 * is called with the new events of a poll, in the order of their partitions, or, where that fails,
 * with each alone; so it must not mind how many it gets. An exception rolls back what it did.
 *
 * <p>It has one parameter:
 *
 * <ul>
 *   <li>{@code List<ReceivedEvent<T>>} or {@code List<T>}: all at once;
 *   <li>{@code ReceivedEvent<T>} or {@code T}: called once for each, in one transaction for all.
 * </ul>
 *
 * <p>{@code T} is the class that the payload's JSON is read into ({@link
 * dev.outrail.messaging.kafka.EventJson}), or {@link dev.outrail.messaging.kafka.InboundEvent},
 * which leaves reading to the method and may be a tombstone.
 *
 * <p>What cannot be read, or has a type that no method of the consumer takes from that topic, is
 * parked at once ({@link dev.outrail.messaging.deadletter.DeadLetters}), as is what throws a {@link
 * dev.outrail.messaging.kafka.PermanentMessageException}.
 *
 * <p>Methods with the same {@link #consumer} and {@link #topics} share a Kafka consumer: events of
 * several types in one topic keep their order.
 *
 * <p>String attributes resolve placeholders ({@code ${...}}).
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OutrailListener {

  /**
   * Who applies: the name in the inbox, at most 64 ASCII characters. Keep it: another name applies
   * every event again.
   */
  String consumer();

  /** Where the events come from, 1 or more. */
  String[] topics();

  /** Which event types the method takes, 1 or more, each with its major version. */
  String[] types();

  /** The consumer group; empty for the consumer's name. */
  String group() default "";

  /** How many threads read, each with partitions of its own; empty for Spring Kafka's default. */
  String concurrency() default "";

  Retry retry() default @Retry;

  OnFailure onFailure() default OnFailure.HOLD_KEY;
}
