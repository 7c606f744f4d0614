package dev.outrail.messaging.listener;

import dev.outrail.messaging.inbox.ForgottenMessageException;
import dev.outrail.messaging.inbox.ImplicitCommitException;
import dev.outrail.messaging.kafka.PassingFailures;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.listener.Attempts.Attempt;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one poll: each is applied, parked, or has to wait with all that is behind it in
 * its partition.
 *
 * <p>The first batch is the whole poll. Behind an event that fails it goes on one by one, and in
 * ever larger batches while nothing fails, so that the cost grows with the number of bad events,
 * not with its square.
 */
final class Poll {

  private static final Logger log = LoggerFactory.getLogger(Poll.class);

  /** If so many partitions fail, it is no matter of one event, and each try may take its time. */
  private static final int MOST_FAILING = 3;

  private final EventConsumer consumer;
  private final RetryPolicy policy;
  private final Attempts attempts;
  private List<ConsumerRecord<String, byte[]>> rest;
  private int failures;
  private final Map<TopicPartition, Long> next = new LinkedHashMap<>();
  private final Map<TopicPartition, Wait> waiting = new HashMap<>();

  Poll(
      EventConsumer consumer,
      RetryPolicy policy,
      Attempts attempts,
      List<ConsumerRecord<String, byte[]>> records) {
    this.consumer = consumer;
    this.policy = policy;
    this.attempts = attempts;
    this.rest = records;
  }

  /** Where a partition goes on, and after which pause. */
  record Wait(long offset, Duration pause) {}

  /** Partitions that have to wait; the others are done. */
  Map<TopicPartition, Wait> waiting() {
    return waiting;
  }

  /** How many tries failed, those that a dead letter came of included. */
  int failures() {
    return failures;
  }

  /** What can be committed. */
  Map<TopicPartition, OffsetAndMetadata> done() {
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    next.forEach((partition, offset) -> done.put(partition, new OffsetAndMetadata(offset)));
    return done;
  }

  void apply() {
    int size = rest.size();
    while (!rest.isEmpty()) {
      List<ConsumerRecord<String, byte[]>> batch = rest.subList(0, Math.min(size, rest.size()));
      EventConsumer.@Nullable Failed failed = consumer.apply(batch);
      int applied = failed == null ? batch.size() : failed.index();
      batch.subList(0, applied).forEach(this::done);
      rest = rest.subList(applied, rest.size());
      if (failed == null) {
        size = 2 * size;
      } else {
        size = 1;
        failed(rest.get(0), failed.cause());
      }
    }
  }

  private void done(ConsumerRecord<?, ?> event) {
    TopicPartition partition = partition(event);
    next.put(partition, event.offset() + 1);
    attempts.forget(partition);
  }

  private void failed(ConsumerRecord<String, byte[]> event, Throwable cause) {
    failures++;
    boolean passing = PassingFailures.isPassing(cause);
    Attempt attempt = attempts.failed(event, passing);
    if (isPermanent(cause) || attempt.own() >= policy.tries()) {
      park(event, attempt, cause);
      return;
    }
    log.warn(
        "Event at {}-{}@{} cannot be applied, try {}: {}",
        event.topic(),
        event.partition(),
        event.offset(),
        attempt.tries(),
        cause.toString());
    waitFor(event, attempt, PassingFailures.isOfServer(cause));
  }

  private void park(ConsumerRecord<String, byte[]> event, Attempt attempt, Throwable cause) {
    try {
      consumer.park(event, attempt.tries(), cause);
    } catch (RuntimeException e) {
      log.warn(
          "Event at {}-{}@{} cannot be parked, it is tried again: {}",
          event.topic(),
          event.partition(),
          event.offset(),
          e.toString());
      waitFor(event, attempt, PassingFailures.isOfServer(e));
      return;
    }
    done(event);
    rest = rest.subList(1, rest.size());
  }

  private static boolean isPermanent(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PermanentMessageException
          || cause instanceof ForgottenMessageException
          || cause instanceof ImplicitCommitException) {
        return true;
      }
    }
    return false;
  }

  private void waitFor(ConsumerRecord<String, byte[]> event, Attempt attempt, boolean allOthers) {
    Duration pause = policy.pauseAfter(attempt.tries());
    waiting.put(partition(event), new Wait(event.offset(), pause));
    if (allOthers || waiting.size() >= MOST_FAILING) {
      for (ConsumerRecord<String, byte[]> each : rest) {
        waiting.putIfAbsent(partition(each), new Wait(each.offset(), pause));
      }
      rest = List.of();
    } else {
      rest = rest.stream().filter(each -> !waiting.containsKey(partition(each))).toList();
    }
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> event) {
    return new TopicPartition(event.topic(), event.partition());
  }
}
