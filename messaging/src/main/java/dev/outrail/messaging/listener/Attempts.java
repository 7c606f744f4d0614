package dev.outrail.messaging.listener;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How often the event was tried that a partition waits for. Lost with the process, or when the
 * partition goes to another: then the tries are counted anew. Thread-safe.
 */
final class Attempts {

  /**
   * @param tries in all
   * @param own those that failed for a reason of the event's own
   */
  record Attempt(long offset, int tries, int own) {}

  private final Map<TopicPartition, Attempt> byPartition = new ConcurrentHashMap<>();

  /** Counts one that failed. */
  Attempt failed(ConsumerRecord<?, ?> event, boolean passing) {
    return byPartition.compute(
        new TopicPartition(event.topic(), event.partition()),
        (partition, before) -> {
          boolean same = before != null && before.offset() == event.offset();
          return new Attempt(
              event.offset(),
              (same ? before.tries() : 0) + 1,
              (same ? before.own() : 0) + (passing ? 0 : 1));
        });
  }

  /** It is applied or parked, or not this process's matter any more. */
  void forget(TopicPartition partition) {
    byPartition.remove(partition);
  }
}
