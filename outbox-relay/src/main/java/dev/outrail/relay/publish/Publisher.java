package dev.outrail.relay.publish;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.position.HeldTopics;
import dev.outrail.relay.position.Memory;
import dev.outrail.relay.position.Position;
import dev.outrail.relay.position.PositionRecords;
import dev.outrail.relay.position.PositionTopic;
import dev.outrail.relay.position.StoredPosition;
import dev.outrail.relay.problem.FencedException;
import dev.outrail.relay.problem.HaltException;
import dev.outrail.relay.problem.Problem;
import dev.outrail.relay.problem.TransientException;
import dev.outrail.relay.publish.KafkaTransaction.Sent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
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

  private final PublisherSettings settings;
  private final AlternatingProducers producers;
  private final PositionTopic positions;
  private final PositionRecords records;
  private final Topics topics;
  private final RecordLimits limits;
  private final RecordMapper mapper;
  private final String owner;
  private final InstantSource clock;
  private final Poison poison;
  private @Nullable Instant upTo;
  private volatile HeldTopics held = HeldTopics.NONE;

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
    this.limits =
        new RecordLimits(settings.producerProperties(""), topics::visibleSettingsOf, clock);
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
    Memory memory = positions.read();
    held = memory.held();
    upTo = memory.position() == null ? null : memory.position().upTo();
    return memory;
  }

  /**
   * The topics whose events are held, as it is committed. Changes before {@link #transaction}
   * returns; any thread may ask.
   */
  public HeldTopics held() {
    return held;
  }

  /**
   * Whether Kafka lets the relay write to an event topic; asked anew, and nothing is sent for it.
   */
  public boolean mayWrite(String topic) {
    return topics.mayWrite(topic);
  }

  /** Whether Kafka was last seen not to. */
  public boolean isDenied(String topic) {
    return topics.isDenied(topic);
  }

  /**
   * Whether operators' actions can be recorded, as far as that can be known before.
   *
   * @throws DeniedTopicException if Kafka does not let the relay write to the audit topic
   */
  public void requireAudit() {
    topics.requireOwnWritable(settings.auditTopic(), "delete");
  }

  /** Everything that was committed before is published; null if not known. */
  public @Nullable Instant upTo() {
    return upTo;
  }

  /** Everything that was committed before is published with the next transaction. */
  public void upTo(@Nullable Instant committed) {
    upTo = committed;
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
   * Tries to publish a run of events. One that is known to be unpublishable goes to the quarantine
   * as a pointer, in the same transaction, if that is the policy.
   *
   * @param after the position that is true once these rows are published
   * @param tables the record of the outbox tables at that position, if it has changed; else null
   * @return what went to the quarantine
   * @throws UnpublishableException as {@link #transaction}
   */
  public List<QuarantineRecord> publish(
      List<CapturedEvent.Row> rows,
      Position after,
      @Nullable ProducerRecord<byte[], byte[]> tables) {
    return transaction(
        sender -> {
          rows.forEach(row -> sender.row(row.row(), row.committedAt()));
          if (tables != null) {
            sender.record(tables);
          }
        },
        after);
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
   * @return what went to the quarantine
   * @throws UnpublishableException if Kafka refused one event for good and others may be sent; the
   *     transaction is aborted, and the next one will know: it quarantines that event, and those
   *     that its topic would refuse for the same reason
   * @throws HaltException if one of the events can never be published like this, and the policy is
   *     to halt
   * @throws FencedException if another process took over, or the broker ended the transaction
   *     because it took too long
   * @throws TransientException otherwise
   */
  public List<QuarantineRecord> transaction(Consumer<Sender> body, Position after) {
    topics.lookAgain();
    KafkaTransaction transaction = new KafkaTransaction(producers.current());
    Sender sender = new Sender(transaction);
    try {
      transaction.begin();
      body.accept(sender);
      if (!sender.held.equals(held)) {
        sender.record(records.held(sender.held));
      }
      transaction.send(
          records.position(
              new StoredPosition(after, owner, settings.address(), upTo), clock.instant()),
          Sent.POSITION);
      transaction.commit();
    } catch (RuntimeException e) {
      throw afterFailure(e, transaction);
    }
    producers.committed();
    poison.settled(sender.settled);
    sender.tellHeld();
    held = sender.held;
    sender.quarantined.forEach(
        one -> log.warn("QUARANTINED {}: {} Remedy: {}", one.id(), one.reason(), one.remedy()));
    return List.copyOf(sender.quarantined);
  }

  /** Sends inside a transaction. */
  public final class Sender {

    private final KafkaTransaction transaction;
    private final List<QuarantineRecord> quarantined = new ArrayList<>();
    private final List<EventKey> settled = new ArrayList<>();

    private HeldTopics held = Publisher.this.held;

    private Sender(KafkaTransaction transaction) {
      this.transaction = transaction;
    }

    /**
     * Sends a row, or a pointer to it to the quarantine if it is known to be unpublishable, or has
     * to wait until its topic may be written.
     */
    public void row(OutboxRow row, Instant committedAt) {
      if (isBehindHeld(row)) {
        hold(row, committedAt);
        return;
      }
      try {
        event(row, committedAt);
      } catch (DeniedTopicException e) {
        if (!e.topics().contains(row.aggregateType())) {
          throw e; // it is what Kafka has just said of a record before this one
        }
        if (settings.topics().denied() == TopicSettings.Denied.HALT) {
          throw new HaltException(
              "Event %s: %s".formatted(row.id(), e.problem().what()),
              e.problem().remedy()
                  + " Then 'relay resume'; it goes on with this very event. Or set topics.denied=hold.");
        }
        hold(row, committedAt);
      }
    }

    private void event(OutboxRow row, Instant committedAt) {
      ProducerRecord<byte[], byte[]> made = mapper.map(row, committedAt);
      Problem problem = obstacle(row, made);
      if (problem == null) {
        transaction.send(made, Sent.EVENT, row);
        return;
      }
      if (poison.policy() == Poison.Policy.HALT) {
        throw new HaltException(
            "Event %s: %s".formatted(row.id(), problem.what()),
            problem.remedy()
                + " Then 'relay resume'; it goes on with this very event. Or set poison.policy=quarantine.");
      }
      quarantine(row, committedAt, problem);
    }

    /**
     * Sends a row that was refused before; if it still is, the transaction fails with {@link
     * UnpublishableException}, whatever the policy is.
     */
    public void rowOrRefuse(OutboxRow row, Instant committedAt) {
      poison.settled(List.of(EventKey.of(row)));
      ProducerRecord<byte[], byte[]> made = mapper.map(row, committedAt);
      Problem problem = obstacleOrDenial(row, made);
      if (problem != null) {
        throw new UnpublishableException(EventKey.of(row), made.topic(), problem, null);
      }
      transaction.send(made, Sent.EVENT_AGAIN, row);
    }

    /**
     * Sends a row's record once more. If Kafka refuses it, the transaction fails with {@link
     * UnpublishableException}, whatever the policy is.
     *
     * @return why it cannot be published, and was left out; null if it was sent
     */
    public @Nullable Problem again(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
      Problem problem = obstacleOrDenial(row, made);
      if (problem == null) {
        transaction.send(made, Sent.EVENT_AGAIN, row);
      }
      return problem;
    }

    /**
     * Sends what was held, and takes it out of the quarantine. What cannot be published though its
     * topic may be written stays there for a person to decide.
     */
    void released(String topic, HeldReader.Page page) {
      HeldTopics.Hold hold = held.of(topic);
      if (hold == null) {
        return;
      }
      int events = 0;
      Instant last = hold.oldest();
      for (HeldReader.Held one : page.events()) {
        QuarantineRecord pointer = one.pointer();
        OutboxRow row = one.row();
        last = pointer.committedAt();
        if (hold.discarded().contains(pointer.sequence())) {
          continue;
        }
        events++;
        if (row == null) {
          QuarantineRecord lost =
              pointer.because(
                  new Problem(
                      "The row of event %s is not in its table any more.".formatted(pointer.id()),
                      "Have its writer append it again, and discard this one."),
                  clock.instant());
          quarantined.add(lost);
          record(lost.toRecord(settings.quarantineTopic()));
        } else {
          int before = quarantined.size();
          event(row, pointer.committedAt());
          if (quarantined.size() == before) {
            release(pointer.event(), pointer.key());
          }
        }
      }
      held = held.releasedUpTo(topic, page.upTo(), events, last);
    }

    /** Gives up an event that is held. */
    public void discardHeld(QuarantineRecord pointer) {
      release(pointer.event(), pointer.key());
      held = held.without(pointer.aggregateType(), pointer.sequence());
    }

    private void hold(OutboxRow row, Instant committedAt) {
      String topic = row.aggregateType();
      if (held.of(topic) == null) {
        topics.ensureOwn(settings.quarantineTopic(), "compact");
        topics.requireOnePartition(settings.quarantineTopic());
      }
      held = held.with(topic, committedAt);
      QuarantineRecord pointer =
          QuarantineRecord.held(
              settings.relayName(),
              row,
              committedAt,
              new DeniedTopicException(List.of(topic), null).problem(),
              clock.instant(),
              held.numbered());
      transaction.send(pointer.toRecord(settings.quarantineTopic()), Sent.POINTER, row);
    }

    /** One that is no event anyhow does not wait for its topic. */
    private boolean isBehindHeld(OutboxRow row) {
      return !held.isEmpty()
          && held.of(row.aggregateType()) != null
          && row.defect() == null
          && poison.of(row) == null;
    }

    /** Each topic that is held from now on, once. */
    private void tellHeld() {
      if (held != Publisher.this.held) {
        held.byTopic().keySet().stream()
            .filter(topic -> Publisher.this.held.of(topic) == null)
            .forEach(
                topic ->
                    log.warn(
                        "HELD: events of topic {} wait in quarantine, those of others flow. {}",
                        topic,
                        new DeniedTopicException(List.of(topic), null).problem()));
      }
    }

    /** Sends a pointer to the quarantine in the stead of a row. */
    public void quarantine(OutboxRow row, Instant committedAt, Problem problem) {
      topics.ensureOwn(settings.quarantineTopic(), "compact");
      QuarantineRecord pointer =
          QuarantineRecord.of(settings.relayName(), row, committedAt, problem, clock.instant());
      quarantined.add(pointer);
      transaction.send(pointer.toRecord(settings.quarantineTopic()), Sent.POINTER, row);
    }

    /** Sends a record as it is. */
    public void record(ProducerRecord<byte[], byte[]> any) {
      transaction.send(any, Sent.RECORD);
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

    /**
     * Takes an event out of the quarantine.
     *
     * @param key of the record that is there
     */
    public void release(EventKey event, String key) {
      topics.ensureOwn(settings.quarantineTopic(), "compact");
      record(QuarantineRecord.released(settings.quarantineTopic(), key));
      String own = QuarantineRecord.key(settings.relayName(), event);
      if (!own.equals(key)) {
        record(QuarantineRecord.released(settings.quarantineTopic(), own));
      }
    }

    private @Nullable Problem obstacleOrDenial(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
      if (isBehindHeld(row)) {
        return new Problem(
            "Events of topic %s are held, because Kafka did not let the relay write there."
                .formatted(row.aggregateType()),
            "None but the ACL: they go out by themselves, in order, once it may.");
      }
      try {
        return obstacle(row, made);
      } catch (DeniedTopicException e) {
        return e.problem();
      }
    }

    private @Nullable Problem obstacle(OutboxRow row, ProducerRecord<byte[], byte[]> made) {
      String defect = row.defect();
      if (defect != null) {
        return new Problem(
            "Event %s of %s cannot be published: %s.".formatted(row.id(), row.schema(), defect),
            "Write the event again, as the README's 'Records' has it, under an id of its own; then discard this one.");
      }
      Problem known = poison.of(row);
      if (known != null) {
        settled.add(EventKey.of(row));
        return known;
      }
      Problem ofName = topics.obstacle(row.aggregateType());
      return ofName != null ? ofName : limits.obstacle(row, made);
    }
  }

  /**
   * Publishes a page of what was held, and takes it out of the quarantine, in one Kafka transaction
   * with the position.
   *
   * @throws UnpublishableException as {@link #transaction}; also if the topic {@linkplain #isDenied
   *     is denied} again
   */
  public List<QuarantineRecord> release(String topic, HeldReader.Page page, Position position) {
    return transaction(sender -> sender.released(topic, page), position);
  }

  /** Makes records of the position topic. */
  public PositionRecords records() {
    return records;
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

  private RuntimeException afterFailure(RuntimeException e, KafkaTransaction transaction) {
    boolean aborted = transaction.abort();
    if (e instanceof UnpublishableException && aborted) {
      return e;
    }
    Set<String> denied = denied(e, transaction);
    if (aborted && denied.equals(Set.of(settings.auditTopic()))) {
      Problem problem = new DeniedTopicException(denied, e).problem();
      return new UnpublishableException(new EventKey("", ""), settings.auditTopic(), problem, e);
    }
    if (!denied.isEmpty() && !topics.anyOwn(denied)) {
      topics.denied(denied);
      DeniedTopicException known = new DeniedTopicException(denied, e);
      return aborted
          ? new UnpublishableException(
              new EventKey("", ""), known.topics().first(), known.problem(), e)
          : known;
    }
    UnpublishableException refused = transaction.refusal(poison.policy());
    if (refused == null) {
      return settleLostEpoch(transaction.cause(e));
    }
    poison.found(refused);
    limits.refusedBy(refused.topic());
    if (!aborted) { // the next publisher will know
      return new TransientException(refused.problem().what(), refused.getCause());
    }
    log.info("REFUSED, and sent again without it: {}", refused.problem().what());
    return refused;
  }

  private static Set<String> denied(RuntimeException e, KafkaTransaction transaction) {
    return e instanceof DeniedTopicException known ? known.topics() : transaction.denied();
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
            + " it is visible. If this repeats, raise transaction.timeout.ms, or lower run.max.events.",
        e);
  }
}
