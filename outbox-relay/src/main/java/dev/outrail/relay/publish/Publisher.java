package dev.outrail.relay.publish;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.PositionRecords;
import dev.outrail.relay.position.PositionTopic;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.problem.FencedException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits events and position together, or neither. The {@link AlternatingProducers}' transactional
 * ids hang on the relay's name alone: {@link #begin()} fences every older relay of that name.
 *
 * <p>After any exception from here except {@link UnpublishableException} the publisher is used up:
 * close it, prepare a new one, and go on from the position that {@link #begin()} of the new one
 * tells. That is also what settles a commit whose answer never came.
 *
 * <p>For one thread.
 */
public final class Publisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  /**
   * @param eventId the event that was refused; null if it was no event
   * @param refusable whether whoever sent it wants to hear of that, whatever the policy is
   */
  private record SendFailure(
      String doing, @Nullable String eventId, boolean refusable, Exception cause) {

    /**
     * The first failure is the cause of the others, unless a later one says which record it was:
     * the neighbours of a refused record in its batch are told first if they come before it.
     */
    static SendFailure theCause(@Nullable SendFailure before, SendFailure next) {
      return before == null || (!before.isOfTheRecord() && next.isOfTheRecord()) ? next : before;
    }

    private boolean isOfTheRecord() {
      return eventId != null && PublishFailures.ofTheRecord(cause, doing) != null;
    }
  }

  /** What a record is; put into words only if it cannot be sent. */
  private enum Sent {
    EVENT,
    AGAIN,
    QUARANTINE_RECORD,
    POSITION,
    RECORD;

    boolean isOfEvent() {
      return this == EVENT || this == AGAIN;
    }

    String describe(String eventId, String topic) {
      return switch (this) {
        case EVENT -> "event " + eventId + " to " + topic;
        case AGAIN -> "event " + eventId + " again";
        case QUARANTINE_RECORD -> "the quarantine record of event " + eventId;
        case POSITION -> "the position";
        case RECORD -> "a record to " + topic;
      };
    }
  }

  private final PublisherSettings settings;
  private final AlternatingProducers producers;
  private final PositionTopic positions;
  private final PositionRecords records;
  private final Topics topics;
  private final RecordMapper mapper;
  private final String owner;
  private final InstantSource clock;
  private final Poison poison;
  private final List<String> quarantined = new ArrayList<>();
  private AtomicReference<@Nullable SendFailure> sendFailure = new AtomicReference<>();

  private Publisher(
      PublisherSettings settings,
      AlternatingProducers producers,
      PositionTopic positions,
      Topics topics,
      String owner,
      InstantSource clock,
      Poison poison) {
    this.settings = settings;
    this.producers = producers;
    this.positions = positions;
    this.records = new PositionRecords(settings.positionTopic(), settings.relayName());
    this.topics = topics;
    this.mapper = new RecordMapper(settings.source());
    this.owner = owner;
    this.clock = clock;
    this.poison = poison;
  }

  /**
   * Connects, and creates the position topic if it is missing; disturbs no other relay.
   *
   * @param owner names this process in the position record
   * @throws TransientException if Kafka does not answer in time
   */
  public static Publisher prepare(
      PublisherSettings settings, String owner, InstantSource clock, Poison poison) {
    Topics topics = null;
    PositionTopic positions = null;
    try {
      topics =
          new Topics(
              settings.clientProperties(),
              settings.topics(),
              settings.positionTopic(),
              Set.of(settings.quarantineTopic(), settings.auditTopic()),
              PublisherSettings.PATIENCE);
      topics.ensurePositionTopic();
      positions =
          new PositionTopic(
              settings.positionTopic(),
              settings.relayName(),
              settings.clientProperties(),
              Duration.ofSeconds(30));
      return new Publisher(
          settings, AlternatingProducers.create(settings), positions, topics, owner, clock, poison);
    } catch (RuntimeException e) {
      if (positions != null) {
        positions.close();
      }
      if (topics != null) {
        topics.close();
      }
      throw PublishFailures.classify(e, "Starting the producer");
    }
  }

  /** What the relays of this name remember, perhaps not the latest of it. */
  public Memory follow(Duration atMost) {
    return positions.follow(atMost);
  }

  /**
   * Fences every older relay of this name, waits until its last transaction is settled, and reads
   * what it has left.
   *
   * @throws TransientException if Kafka does not answer in time
   */
  public Memory begin() {
    try {
      producers.initTransactions();
    } catch (RuntimeException e) {
      RuntimeException classified = PublishFailures.classify(e, "Starting the producer");
      throw classified instanceof PublishFailures.EpochLostException
          ? new TransientException("Another relay of this name has begun at the same moment", e)
          : classified;
    }
    return positions.read();
  }

  /**
   * Looks at a topic that events will go to, so that the first of them need not wait for that.
   * Creates nothing.
   */
  public void prepareFor(String topic) {
    try {
      if (topics.isThere(topic)) {
        producers.learn(topic);
      }
    } catch (RuntimeException e) {
      log.debug("Topic {} cannot be looked at yet: {}", topic, e.toString());
    }
  }

  /** What the relays of this name remember, all that is committed; fences nobody. */
  public Memory peek() {
    return positions.read();
  }

  /** Reads what there is to be read now; waits for nobody's open transaction. */
  public void catchUp(Duration atMost) {
    positions.catchUp(atMost);
  }

  /** How long nothing was read from the position topic. */
  public Duration silentFor() {
    return positions.silentFor();
  }

  /** Creates these topics, if missing. */
  public void ensureTopics(List<String> names) {
    names.forEach(topics::ensure);
  }

  /**
   * Publishes a run of events. One that cannot be published goes to the quarantine as a pointer, in
   * the same transaction, if that is the policy.
   *
   * @param after the position that is true once these rows are published
   * @param tables the record of the outbox tables at that position, if it has changed; else null
   * @return the ids of the events that went to the quarantine
   */
  public List<String> publish(
      List<CapturedEvent.Row> rows,
      Position after,
      @Nullable ProducerRecord<byte[], byte[]> tables) {
    while (true) {
      try {
        transaction(
            sender -> {
              rows.forEach(row -> sender.row(row.row(), row.committedAt()));
              if (tables != null) {
                sender.record(tables);
              }
            },
            after);
        return List.copyOf(quarantined);
      } catch (UnpublishableException e) {
        poison.found(e);
      }
    }
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
   * @throws UnpublishableException if Kafka refused one event for good and others may be sent; the
   *     transaction is aborted. {@link Poison#found} has the next attempt quarantine that one
   * @throws HaltException if one of the events can never be published like this, and the policy is
   *     to halt
   * @throws FencedException if another process took over, or the broker ended the transaction
   *     because it took too long
   * @throws TransientException otherwise
   */
  public void transaction(Consumer<Sender> body, Position after) {
    AtomicReference<@Nullable SendFailure> failed = new AtomicReference<>();
    sendFailure = failed;
    quarantined.clear();
    topics.lookAgain();
    boolean committing = false;
    Producer<byte[], byte[]> producer = producers.current();
    try {
      producer.beginTransaction();
      body.accept(new Sender());
      send(
          records.position(new StoredPosition(after, owner, settings.address()), clock.instant()),
          Sent.POSITION,
          "",
          false);
      throwSendFailure();
      committing = true;
      producer.commitTransaction();
      producers.committed();
      poison.settled(quarantined);
    } catch (RuntimeException e) {
      boolean aborted = (!committing || failed.get() != null) && abort(producer);
      throw afterFailure(e, failed.get(), aborted);
    }
  }

  /** Sends inside a transaction. */
  public final class Sender {

    private Sender() {}

    /** Sends a row, or a pointer to it to the quarantine if it is known to be unpublishable. */
    public void row(OutboxRow row, Instant committedAt) {
      throwSendFailure();
      Problem problem = obstacle(row);
      if (problem != null) {
        quarantine(row, committedAt, problem);
        return;
      }
      send(mapper.map(row, committedAt), Sent.EVENT, row.id(), false);
    }

    /**
     * Sends a row that was refused before; if it still is, the transaction fails with {@link
     * UnpublishableException}, whatever the policy is.
     */
    public void rowOrRefuse(OutboxRow row, Instant committedAt) {
      throwSendFailure();
      poison.settled(List.of(row.id()));
      Problem problem = obstacle(row);
      if (problem != null) {
        throw new UnpublishableException(row.id(), problem, null);
      }
      send(mapper.map(row, committedAt), Sent.EVENT, row.id(), true);
    }

    /**
     * Sends a row's record once more.
     *
     * @return false if it cannot be published, and was left out
     * @throws UnpublishableException from the transaction, if Kafka refuses it; the next attempt
     *     leaves it out
     */
    public boolean again(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
      throwSendFailure();
      if (obstacle(row) != null) {
        return false;
      }
      send(made, Sent.AGAIN, row.id(), true);
      return true;
    }

    /** Sends a record as it is. */
    public void record(ProducerRecord<byte[], byte[]> any) {
      throwSendFailure();
      send(any, Sent.RECORD, "", false);
    }

    /**
     * Sends a record of what an operator did.
     *
     * @param recordFor makes it for the audit topic
     */
    public void audit(Function<String, ProducerRecord<byte[], byte[]>> recordFor) {
      topics.ensureOwn(settings.auditTopic(), "delete");
      record(recordFor.apply(settings.auditTopic()));
    }

    /** Takes an event out of the quarantine. */
    public void release(String eventId) {
      topics.ensureOwn(settings.quarantineTopic(), "compact");
      record(QuarantineRecord.released(settings.quarantineTopic(), eventId));
    }
  }

  /** Makes records of the position topic. */
  public PositionRecords records() {
    return records;
  }

  public Poison poison() {
    return poison;
  }

  public InstantSource clock() {
    return clock;
  }

  /** Makes records as this publisher sends them. */
  public RecordMapper mapper() {
    return mapper;
  }

  @Override
  public void close() {
    producers.close();
    positions.close();
    topics.close();
  }

  private @Nullable Problem obstacle(OutboxRow row) {
    String defect = row.defect();
    if (defect != null) {
      return new Problem(
          "Event %s of %s cannot be published: %s.".formatted(row.id(), row.schema(), defect),
          "Declare these columns NOT NULL. Write the event again, complete, under an id of its own; then discard this one.");
    }
    Problem known = poison.of(row.id());
    return known != null ? known : topics.obstacle(row.aggregateType());
  }

  private void quarantine(OutboxRow row, Instant committedAt, Problem problem) {
    if (poison.policy() == Poison.Policy.HALT) {
      throw new HaltException(
          "Event %s: %s".formatted(row.id(), problem.what()),
          problem.remedy()
              + " Then 'relay resume'; it goes on with this very event. Or set poison.policy=quarantine.");
    }
    topics.ensureOwn(settings.quarantineTopic(), "compact");
    log.warn("QUARANTINED {}: {}", row.id(), problem);
    quarantined.add(row.id());
    send(
        QuarantineRecord.of(settings.relayName(), row, committedAt, problem, clock.instant())
            .toRecord(settings.quarantineTopic()),
        Sent.QUARANTINE_RECORD,
        row.id(),
        false);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback and the commit tell
  private void send(
      ProducerRecord<byte[], byte[]> any, Sent what, String eventId, boolean refusable) {
    AtomicReference<@Nullable SendFailure> failed = sendFailure;
    String topic = any.topic(); // the callback must not keep the record
    producers
        .current()
        .send(
            any,
            (metadata, e) -> {
              if (e != null) {
                failed.accumulateAndGet(
                    new SendFailure(
                        "Sending " + what.describe(eventId, topic),
                        what.isOfEvent() ? eventId : null,
                        refusable,
                        e),
                    SendFailure::theCause);
              }
            });
  }

  private void throwSendFailure() {
    SendFailure failure = sendFailure.get();
    if (failure != null) {
      throw PublishFailures.classify(failure.cause(), failure.doing());
    }
  }

  private RuntimeException afterFailure(
      RuntimeException e, @Nullable SendFailure failure, boolean aborted) {
    if (e instanceof UnpublishableException && aborted) {
      return e;
    }
    if (failure == null) {
      return settleLostEpoch(PublishFailures.classify(e, "Publishing"));
    }
    String eventId = failure.eventId();
    Problem problem = PublishFailures.ofTheRecord(failure.cause(), failure.doing());
    if (eventId != null
        && problem != null
        && (failure.refusable() || poison.policy() == Poison.Policy.QUARANTINE)) {
      UnpublishableException refused =
          new UnpublishableException(eventId, problem, failure.cause());
      if (aborted) {
        return refused;
      }
      poison.found(refused); // the next publisher will know
      return new TransientException(problem.what(), failure.cause());
    }
    return settleLostEpoch(PublishFailures.classify(failure.cause(), failure.doing()));
  }

  private static boolean abort(Producer<byte[], byte[]> producer) {
    try {
      producer.abortTransaction(); // else readers wait for the transaction timeout
      return true;
    } catch (RuntimeException e) {
      log.debug("The open transaction is left to the next start to abort: {}", e.toString());
      return false;
    }
  }

  /**
   * A lost epoch has two causes; the position's owner tells them apart, once a successor has
   * signed.
   */
  private RuntimeException settleLostEpoch(RuntimeException e) {
    if (!(e instanceof PublishFailures.EpochLostException)) {
      return e;
    }
    StoredPosition stored = positions.read().position();
    if (stored == null) {
      return new TransientException(
          "The broker ended the first start's transaction: it took longer than snapshot.timeout.ms, or another relay of"
              + " this name has begun. Nothing of it is visible. If this repeats, raise snapshot.timeout.ms (the broker's"
              + " transaction.max.timeout.ms bounds it), or purge what need not be sent.",
          e);
    }
    if (!stored.owner().equals(owner)) {
      return new FencedException(
          "Another relay of this name has taken over (%s).".formatted(e.getMessage()), e);
    }
    return new TransientException(
        "The broker ended a transaction that took longer than its time-out, or another relay is taking over; nothing of"
            + " it is visible.",
        e);
  }
}
