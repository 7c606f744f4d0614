package dev.outrail.messaging.kafka;

import dev.outrail.messaging.inbox.ApplyOutcome;
import dev.outrail.messaging.inbox.BatchFailedException;
import dev.outrail.messaging.inbox.Inbox;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.support.Acknowledgment;

/**
 * The body of a batch listener: applies all events of a poll in one database transaction, then
 * acknowledges them. For {@code @KafkaListener(batch = "true")} with {@link ListenerErrors} and ack
 * mode {@code MANUAL_IMMEDIATE}.
 *
 * <p>A record that cannot be read or applied ends the batch: those before it are applied and their
 * offsets committed, it goes the way of {@link ListenerErrors} (dead letter, or tried again), and
 * those behind it come with the next poll, so that the order of the partition holds. Where it is
 * tried again for a reason of its own, those of other partitions are applied meanwhile: they come
 * again, too, and the inbox knows them.
 *
 * <p>A crash before the commit leaves nothing; between commit and acknowledgement, the redelivery
 * is recognised by the inbox.
 *
 * <p>Thread-safe, if the handler is.
 *
 * @param <T> the payload
 */
public final class EventBatches<T> {

  private static final Logger log = LoggerFactory.getLogger(EventBatches.class);

  /** If so many partitions fail, it is no matter of one message, and each try may take its time. */
  private static final int MOST_HELD = 3;

  private final Inbox inbox;
  private final String consumer;
  private final String type;
  private final Class<T> payload;
  private final Consumer<List<ReceivedEvent<T>>> handler;

  /**
   * @param consumer who applies: see {@link Inbox#applyOnce}
   * @param type the only event type that is understood; others are permanent failures, and so are
   *     tombstones
   * @param payload what the events' JSON is read into: see {@link EventJson}
   * @param handler applies events that are new, in their order, in the open transaction; must not
   *     mind whether it gets all at once or one by one
   */
  public EventBatches(
      Inbox inbox,
      String consumer,
      String type,
      Class<T> payload,
      Consumer<List<ReceivedEvent<T>>> handler) {
    this.inbox = inbox;
    this.consumer = consumer;
    this.type = type;
    this.payload = payload;
    this.handler = handler;
  }

  /**
   * Applies and acknowledges a poll.
   *
   * @throws BatchListenerFailedException which record failed, for Spring Kafka's error handler
   */
  public void receive(List<ConsumerRecord<String, byte[]>> records, Acknowledgment acknowledgment) {
    BatchListenerFailedException failure = apply(records);
    if (failure == null) {
      acknowledgment.acknowledge();
      return;
    }
    if (isOfOneMessage(failure)) {
      applyOtherPartitions(records, failure.getIndex());
    }
    throw failure;
  }

  /** Up to the first that fails: that one's failure. */
  private @Nullable BatchListenerFailedException apply(
      List<ConsumerRecord<String, byte[]>> records) {
    List<ReceivedEvent<T>> events = new ArrayList<>(records.size());
    PermanentMessageException unreadable = null;
    for (ConsumerRecord<String, byte[]> one : records) {
      try {
        InboundEvent event = InboundEvent.from(one).requireType(type);
        events.add(new ReceivedEvent<>(event, EventJson.read(event, payload)));
      } catch (PermanentMessageException e) {
        unreadable = e;
        break;
      }
    }
    BatchListenerFailedException failure = applyAll(events);
    return failure == null && unreadable != null
        ? new BatchListenerFailedException(
            String.valueOf(unreadable.getMessage()), unreadable, events.size())
        : failure;
  }

  private @Nullable BatchListenerFailedException applyAll(List<ReceivedEvent<T>> events) {
    try {
      List<ApplyOutcome> outcomes = inbox.applyBatch(consumer, events, ReceivedEvent::id, handler);
      int before = Collections.frequency(outcomes, ApplyOutcome.REDELIVERY);
      if (before > 0) {
        log.info("{} of {} events were applied before", before, outcomes.size());
      }
      return null;
    } catch (BatchFailedException e) {
      String message = "event %s: %s".formatted(events.get(e.index()).id(), e.getMessage());
      return PassingFailures.isPassing(e)
          ? new PassingFailure(message, e)
          : new OtherFailure(message, e);
    }
  }

  /**
   * Whether others may well succeed. Not while a server is away: each would only wait for it in
   * turn, and the consumer would be taken for dead.
   */
  private static boolean isOfOneMessage(BatchListenerFailedException failure) {
    return failure instanceof OtherFailure
        || failure.getCause() instanceof TransientMessageException;
  }

  private void applyOtherPartitions(List<ConsumerRecord<String, byte[]>> records, int failedAt) {
    Set<TopicPartition> held = new HashSet<>();
    List<ConsumerRecord<String, byte[]>> rest = records;
    int failed = failedAt;
    while (held.size() < MOST_HELD) {
      held.add(partition(rest.get(failed)));
      rest =
          rest.subList(failed + 1, rest.size()).stream()
              .filter(one -> !held.contains(partition(one)))
              .toList();
      BatchListenerFailedException next = rest.isEmpty() ? null : apply(rest);
      if (next == null || !isOfOneMessage(next)) {
        return;
      }
      failed = next.getIndex();
    }
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> one) {
    return new TopicPartition(one.topic(), one.partition());
  }

  /**
   * Two classes, for Spring Kafka counts the tries of a record anew when the class of its failure
   * changes: a bug that shows behind a deadlock must not be tried without an end, nor a deadlock
   * behind other failures be given up.
   */
  private static final class PassingFailure extends BatchListenerFailedException {
    private static final long serialVersionUID = 1L;

    PassingFailure(String message, BatchFailedException failed) {
      super(message, failed.getCause(), failed.index());
    }
  }

  private static final class OtherFailure extends BatchListenerFailedException {
    private static final long serialVersionUID = 1L;

    OtherFailure(String message, BatchFailedException failed) {
      super(message, failed.getCause(), failed.index());
    }
  }
}
