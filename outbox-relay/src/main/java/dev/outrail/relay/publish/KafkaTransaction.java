package dev.outrail.relay.publish;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.Problem;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka transaction, from its begin to its commit or abort, and what Kafka says against its
 * records.
 *
 * <p>For one thread; the answers come on the producer's.
 */
final class KafkaTransaction {

  private static final Logger log = LoggerFactory.getLogger(KafkaTransaction.class);

  /** What a record is; put into words only if it cannot be sent. */
  enum Sent {
    EVENT,
    /** An event for which whoever sends it wants to hear of a refusal, whatever the policy is. */
    EVENT_AGAIN,
    POINTER,
    POSITION,
    RECORD;

    private boolean isEvent() {
      return this == EVENT || this == EVENT_AGAIN;
    }

    private String describe(String id, String topic) {
      return switch (this) {
        case EVENT -> "event " + id + " to " + topic;
        case EVENT_AGAIN -> "event " + id + " again to " + topic;
        case POINTER -> "the quarantine record of event " + id;
        case POSITION -> "the position";
        case RECORD -> "a record to " + topic;
      };
    }
  }

  /**
   * @param schema of the event; empty if it was none
   */
  private record Failure(Sent sent, String schema, String id, String topic, Exception cause) {

    /**
     * The first failure is the cause of the others, unless a later one says which record it was:
     * the neighbours of a refused record in its batch are told first if they come before it. No
     * more than one can be trusted: Kafka's producer tells those that it had not sent yet the same.
     */
    static Failure theCause(@Nullable Failure before, Failure next) {
      return before == null || (before.problem() == null && next.problem() != null) ? next : before;
    }

    /** Why this record is the one that Kafka will not take; null if that is not so. */
    @Nullable Problem problem() {
      return sent.isEvent() ? PublishFailures.ofTheRecord(cause, doing()) : null;
    }

    String doing() {
      return "Sending " + sent.describe(id, topic);
    }
  }

  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Failure> failed = new AtomicReference<>();
  private final Set<String> denied = ConcurrentHashMap.newKeySet();
  private boolean committing;

  KafkaTransaction(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  void begin() {
    producer.beginTransaction();
  }

  /** Sends a record that belongs to an event. */
  void send(ProducerRecord<byte[], byte[]> any, Sent what, OutboxRow of) {
    send(any, what, of.schema(), of.id());
  }

  /** Sends a record that belongs to none. */
  void send(ProducerRecord<byte[], byte[]> any, Sent what) {
    send(any, what, "", "");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback and the commit tell
  private void send(ProducerRecord<byte[], byte[]> any, Sent what, String schema, String id) {
    requireNoFailure();
    String topic = any.topic(); // the callback must not keep the record
    producer.send(
        any,
        (metadata, e) -> {
          if (e != null) {
            if (e instanceof TopicAuthorizationException refusal) {
              denied.addAll(refusal.unauthorizedTopics());
            }
            failed.accumulateAndGet(new Failure(what, schema, id, topic, e), Failure::theCause);
          }
        });
  }

  /**
   * The broker takes all or nothing; if its answer is lost, the next opening of the producer waits
   * for the outcome, and the position tells it.
   */
  void commit() {
    requireNoFailure();
    committing = true;
    producer.commitTransaction();
  }

  /**
   * Gives up, so that readers need not wait for the transaction's time-out. When it returns, Kafka
   * has answered for all that was sent.
   *
   * @return whether the producer may begin another; after a commit whose outcome is unknown it may
   *     not
   */
  boolean abort() {
    if (committing && failed.get() == null) {
      return false;
    }
    try {
      producer.abortTransaction();
      return true;
    } catch (RuntimeException e) {
      log.debug("The open transaction is left to the next start to abort: {}", e.toString());
      return false;
    }
  }

  /**
   * The event that Kafka has refused for good, if that is what failed.
   *
   * @param policy an event that is sent for the first time counts only if it is to be quarantined
   */
  @Nullable UnpublishableException refusal(Poison.Policy policy) {
    Failure failure = failed.get();
    Problem problem = failure == null ? null : failure.problem();
    if (failure == null
        || problem == null
        || (failure.sent() == Sent.EVENT && policy == Poison.Policy.HALT)) {
      return null;
    }
    return new UnpublishableException(
        new EventKey(failure.schema(), failure.id()), failure.topic(), problem, failure.cause());
  }

  /**
   * The topics that Kafka does not let the relay write to, if that is what failed. Only these are
   * the cause, whichever records were told so.
   */
  Set<String> denied() {
    return denied;
  }

  /** What ended it, sorted. */
  RuntimeException cause(RuntimeException seen) {
    Failure failure = failed.get();
    if (!denied.isEmpty()) {
      return new DeniedTopicException(denied, seen);
    }
    return failure == null
        ? PublishFailures.classify(seen, "Publishing")
        : PublishFailures.classify(failure.cause(), failure.doing());
  }

  private void requireNoFailure() {
    Failure failure = failed.get();
    if (failure != null) {
      throw PublishFailures.classify(failure.cause(), failure.doing());
    }
  }
}
