package dev.outrail.messaging.listener;

import dev.outrail.messaging.deadletter.DeadLetterListener;
import dev.outrail.messaging.deadletter.DeadLetterStore;
import dev.outrail.messaging.deadletter.DeadLetterStore.Letter;
import dev.outrail.messaging.deadletter.SequenceKey;
import dev.outrail.messaging.inbox.ApplyOutcome;
import dev.outrail.messaging.inbox.BatchFailedException;
import dev.outrail.messaging.inbox.ImplicitCommitException;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.kafka.InboundEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies events for one consumer, a batch in one transaction: marks, effects, and the events that
 * wait because their key is held. What cannot be applied is parked, in a transaction with its mark.
 * Thread-safe; threads have partitions of their own.
 */
final class EventConsumer {

  private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);

  private final String consumer;
  private final EventHandlers handlers;
  private final OnFailure onFailure;
  private final JdbcInbox inbox;
  private final DeadLetterStore letters;
  private final List<DeadLetterListener> parked;

  /**
   * Counts what may have held a key: partitions have come, an event was parked here, or turned out
   * to have been dealt with by another. Only who reads a key's partition holds it.
   */
  private final AtomicLong changes = new AtomicLong(1);

  /** At which count no key was held: as long as it is the same, nobody needs to be asked. */
  private volatile long nothingHeldAt;

  EventConsumer(
      String consumer,
      EventHandlers handlers,
      OnFailure onFailure,
      JdbcInbox inbox,
      DeadLetterStore letters,
      List<DeadLetterListener> parked) {
    this.consumer = consumer;
    this.handlers = handlers;
    this.onFailure = onFailure;
    this.inbox = inbox;
    this.letters = letters;
    this.parked = parked;
  }

  String name() {
    return consumer;
  }

  /** Which event of a batch could not be applied, and why. Those before it are applied. */
  record Failed(int index, Throwable cause) {}

  /** Another process may have parked events of the partitions that are read from now on. */
  void partitionsChanged() {
    changes.incrementAndGet();
  }

  /**
   * Applies a batch, or leaves its events behind held ones of their keys; commits.
   *
   * @return the first that can be neither; null if there is none
   */
  @Nullable Failed apply(List<ConsumerRecord<String, byte[]>> records) {
    List<ReadEvent> events = new ArrayList<>(records.size());
    Failed unreadable = null;
    for (ConsumerRecord<String, byte[]> each : records) {
      try {
        events.add(handlers.read(each));
      } catch (RuntimeException e) {
        unreadable = new Failed(events.size(), e);
        break;
      }
    }
    Failed failed = applyAll(events);
    return failed == null ? unreadable : failed;
  }

  private @Nullable Failed applyAll(List<ReadEvent> events) {
    try {
      boolean ask = mayBeHeld();
      List<ApplyOutcome> outcomes =
          inbox.applyBatch(
              consumer,
              events,
              ReadEvent::id,
              fresh -> applyFresh(fresh, ask || fresh.size() < events.size()));
      int before = Collections.frequency(outcomes, ApplyOutcome.REDELIVERY);
      if (before > 0) {
        log.info("{}: {} of {} events were applied before", consumer, before, events.size());
        changes.incrementAndGet();
      }
      return null;
    } catch (BatchFailedException e) {
      // Those before it may have been dealt with by another.
      changes.incrementAndGet();
      return new Failed(e.index(), e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException e) {
      return new Failed(0, e);
    }
  }

  /** The count is read first: what another thread does meanwhile makes it another. */
  private boolean mayBeHeld() {
    long now = changes.get();
    if (nothingHeldAt == now) {
      return false;
    }
    boolean held = letters.anyHeld(consumer);
    if (!held) {
      nothingHeldAt = now;
    }
    return held;
  }

  /** In the transaction of the marks. */
  private void applyFresh(List<ReadEvent> events, boolean ask) {
    Set<SequenceKey> held =
        ask
            ? letters.lockHeld(
                consumer, events.stream().map(ReadEvent::sequence).collect(Collectors.toSet()))
            : Set.of();
    if (held.isEmpty()) {
      handlers.apply(events);
      return;
    }
    List<ReadEvent> free = new ArrayList<>();
    List<Letter> behind = new ArrayList<>();
    for (ReadEvent each : events) {
      SequenceKey key = each.sequence();
      if (held.contains(key)) {
        behind.add(new Letter(each.id(), each.received(), key, each.event().event().type()));
      } else {
        free.add(each);
      }
    }
    letters.addBehind(consumer, behind);
    handlers.apply(free);
    if (!behind.isEmpty()) {
      log.warn(
          "{}: {} events wait behind dead letters of their keys, the first is {}",
          consumer,
          behind.size(),
          behind.get(0).messageId());
    }
  }

  /**
   * Makes a dead letter of an event, unless it was applied or parked meanwhile.
   *
   * @param attempts how often it was tried
   */
  void park(ConsumerRecord<String, byte[]> event, int attempts, Throwable cause) {
    String id = InboundEvent.messageId(event);
    SequenceKey key =
        event.key() == null || onFailure == OnFailure.PASS_KEY
            ? null
            : SequenceKey.of(event.topic(), event.key());
    boolean[] added = new boolean[1];
    try {
      inbox.park(
          consumer,
          id,
          isHalfDone(cause),
          () ->
              added[0] =
                  letters.addFailed(
                      consumer,
                      new Letter(id, event, key, InboundEvent.typeOf(event)),
                      attempts,
                      cause));
    } finally {
      // Behind the commit, whose answer may have got lost.
      changes.incrementAndGet();
    }
    if (!added[0]) {
      return;
    }
    log.warn(
        "{}: event {} from {}-{}@{} is a dead letter after {} tries{}: {}",
        consumer,
        id,
        event.topic(),
        event.partition(),
        event.offset(),
        attempts,
        key == null ? "" : ", later ones of its key wait",
        rootOf(cause).toString());
    for (DeadLetterListener each : parked) {
      try {
        each.parked(consumer, event, cause);
      } catch (RuntimeException e) {
        log.error("{}: {} could not be told of dead letter {}", consumer, each, id, e);
      }
    }
  }

  private static boolean isHalfDone(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ImplicitCommitException) {
        return true;
      }
    }
    return false;
  }

  /** One that was parked, in the open transaction. */
  void applyParked(ConsumerRecord<String, byte[]> event) {
    handlers.apply(List.of(handlers.read(event)));
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
