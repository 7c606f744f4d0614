package dev.outrail.relay.publish;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.PositionTopic;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.problem.FencedException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits events and position together, or neither. One producer with a transactional id that hangs
 * on the relay's name alone: opening one fences every older one of that name.
 *
 * <p>After any exception from here the publisher is used up: close it, open a new one, and go on
 * from the position that {@link #position()} of the new one tells. That is also what settles a
 * commit whose answer never came.
 *
 * <p>For one thread.
 */
public final class Publisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  private static final Duration SUCCESSOR_SIGNS_WITHIN = Duration.ofSeconds(6);

  private record SendFailure(String doing, Exception cause) {}

  private final Producer<byte[], byte[]> producer;
  private final PositionTopic positions;
  private final Topics topics;
  private final RecordMapper mapper;
  private final String owner;
  private final InstantSource clock;
  private final AtomicReference<@Nullable SendFailure> sendFailure = new AtomicReference<>();

  private Publisher(
      Producer<byte[], byte[]> producer,
      PositionTopic positions,
      Topics topics,
      RecordMapper mapper,
      String owner,
      InstantSource clock) {
    this.producer = producer;
    this.positions = positions;
    this.topics = topics;
    this.mapper = mapper;
    this.owner = owner;
    this.clock = clock;
  }

  /**
   * Fences every older relay of this name and waits until its last transaction is settled.
   *
   * @param owner names this process in the position record
   * @throws TransientException if Kafka does not answer in time
   */
  public static Publisher open(PublisherSettings settings, String owner, InstantSource clock) {
    Topics topics =
        new Topics(
            settings.clientProperties(),
            settings.topics(),
            settings.positionTopic(),
            PublisherSettings.PATIENCE);
    Producer<byte[], byte[]> producer = null;
    try {
      topics.ensurePositionTopic();
      producer =
          new KafkaProducer<>(
              settings.producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
      producer.initTransactions();
    } catch (RuntimeException e) {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
      topics.close();
      throw PublishFailures.classify(e, "Starting the producer");
    }
    return new Publisher(
        producer,
        new PositionTopic(
            settings.positionTopic(),
            settings.relayName(),
            settings.clientProperties(),
            Duration.ofSeconds(30)),
        topics,
        new RecordMapper(settings.source()),
        owner,
        clock);
  }

  /** The position as of the opening; null if there is none yet. */
  public @Nullable Position position() {
    StoredPosition stored = positions.read();
    return stored == null ? null : stored.position();
  }

  /** Creates these topics, if missing. */
  public void ensureTopics(List<String> names) {
    names.forEach(topics::ensure);
  }

  /**
   * Publishes a run of events.
   *
   * @param after the position that is true once these rows are published
   */
  public void publish(List<CapturedEvent.Row> rows, Position after) {
    transaction(sender -> rows.forEach(row -> sender.accept(row.row(), row.committedAt())), after);
  }

  /**
   * Publishes whatever the body sends, in one Kafka transaction with the position.
   *
   * <ol>
   *   <li>begin and send. A crash here, or in any gap up to 3, leaves an open transaction, which
   *       the next opening (or the broker, after the transaction timeout) aborts: no reader sees
   *       any of it, and the old position stands.
   *   <li>send the position.
   *   <li>commit. The broker takes all or nothing; if its answer is lost, the next opening waits
   *       for the outcome and the position tells it.
   * </ol>
   *
   * @throws HaltException if one of the events can never be published like this
   * @throws FencedException if another process took over
   * @throws TransientException otherwise
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback and the commit tell
  public void transaction(Consumer<Sender> body, Position after) {
    boolean committing = false;
    try {
      producer.beginTransaction();
      body.accept(this::send);
      producer.send(
          positions.toRecord(new StoredPosition(after, owner), clock.instant()),
          (metadata, e) -> note("Sending the position", e));
      throwSendFailure();
      committing = true;
      producer.commitTransaction();
    } catch (RuntimeException e) {
      RuntimeException classified = classify(e);
      if (!committing || sendFailure.get() != null) {
        abort();
      }
      throw settleLostEpoch(classified);
    }
  }

  /** Sends one row inside a transaction. */
  @FunctionalInterface
  public interface Sender {
    void accept(OutboxRow row, Instant committedAt);
  }

  @Override
  public void close() {
    try {
      producer.close(Duration.ofSeconds(1));
    } catch (RuntimeException e) {
      log.debug("Closing the producer: {}", e.toString());
    }
    topics.close();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback and the commit tell
  private void send(OutboxRow row, Instant committedAt) {
    throwSendFailure();
    topics.ensure(row.aggregateType());
    ProducerRecord<byte[], byte[]> mapped = mapper.map(row, committedAt);
    producer.send(
        mapped,
        (metadata, e) -> {
          if (e != null) {
            note("Sending event %s to %s".formatted(row.id(), row.aggregateType()), e);
          }
        });
  }

  private void note(String doing, @Nullable Exception e) {
    if (e != null) {
      sendFailure.compareAndSet(
          null, new SendFailure(doing, e)); // the first is the cause of the others
    }
  }

  private void throwSendFailure() {
    SendFailure failure = sendFailure.get();
    if (failure != null) {
      throw PublishFailures.classify(failure.cause(), failure.doing());
    }
  }

  private RuntimeException classify(RuntimeException e) {
    SendFailure failure = sendFailure.get();
    return failure == null
        ? PublishFailures.classify(e, "Publishing")
        : PublishFailures.classify(failure.cause(), failure.doing());
  }

  private void abort() {
    try {
      producer.abortTransaction(); // else readers wait for the transaction timeout
    } catch (RuntimeException e) {
      log.debug("The open transaction is left to the next start to abort: {}", e.toString());
    }
  }

  /**
   * A lost epoch has two causes; the position's owner tells them apart. A successor fences first
   * and writes its name a moment later, so there is some waiting for a new name before it counts as
   * a time-out. Too short a wait would not break the promise, but push the successor out again.
   */
  private RuntimeException settleLostEpoch(RuntimeException e) {
    if (!(e instanceof PublishFailures.EpochLostException)) {
      return e;
    }
    long deadline = System.nanoTime() + SUCCESSOR_SIGNS_WITHIN.toNanos();
    try {
      do {
        StoredPosition stored = positions.read();
        if (stored == null || !stored.owner().equals(owner)) {
          return new FencedException(
              "Another relay of this name has taken over. " + e.getMessage(), e);
        }
        TimeUnit.MILLISECONDS.sleep(250);
      } while (System.nanoTime() < deadline);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return new TransientException(
        "The broker aborted a transaction that took longer than its time-out; nothing of it is visible.",
        e);
  }
}
