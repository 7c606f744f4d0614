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

  /**
   * {@code read_committed} or {@code read_uncommitted}. With the latter, events are applied without
   * waiting for the end of the relay's Kafka transaction, and for no transaction that hangs. That
   * is as safe, because the relay sends only what is committed in MySQL, in its order: what an
   * aborted transaction left in the topic comes again in a later one, and the inbox drops it then.
   * Only where the relay is the topic's only writer. An event may be applied that ends in the
   * relay's quarantine.
   */
  String isolation() default "${outrail.messaging.isolation:read_committed}";

  Retry retry() default @Retry;

  OnFailure onFailure() default OnFailure.HOLD_KEY;
}
