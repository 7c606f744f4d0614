package dev.outrail.messaging.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outrail.messaging.MessagingDatabase;
import dev.outrail.messaging.deadletter.DeadLetterStore;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.deadletter.LetterReceivers;
import dev.outrail.messaging.inbox.JdbcInbox;
import dev.outrail.messaging.kafka.ReceivedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A consumer of deposits on a real database, fed without a broker. */
public final class Consuming {

  public static final String CONSUMER = "ledger";
  public static final String TOPIC = "deposits";
  public static final String TYPE = "deposited.v1";

  /** What is received. */
  public record Deposit(int amount, String note) {

    public Deposit {
      if (note.equals("is in error")) {
        throw new AssertionError(note);
      }
      if (note.equals("fails")) {
        throw new IllegalStateException(note);
      }
    }
  }

  private final MessagingDatabase database;
  private final JdbcInbox inbox;
  private final DeadLetterStore letters;
  private final Map<Integer, Long> offsets = new ConcurrentHashMap<>();
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();
  private Consumer<Deposit> effect = deposit -> {};

  public Consuming(MessagingDatabase database) {
    this.database = database;
    this.inbox = new JdbcInbox(database.dataSource(), database.transactionManager());
    this.letters = new DeadLetterStore(database.dataSource());
    database
        .jdbc()
        .sql("CREATE TABLE note (number INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(20))")
        .update();
  }

  /** Runs before each note is written; what it throws fails the event. */
  public Consuming beforeEach(Consumer<Deposit> effect) {
    this.effect = effect;
    return this;
  }

  @OutrailListener(consumer = CONSUMER, topics = TOPIC, types = TYPE)
  void deposit(List<ReceivedEvent<Deposit>> events) {
    sizes.add(events.size());
    for (ReceivedEvent<Deposit> event : events) {
      effect.accept(event.payload());
      database
          .jdbc()
          .sql("INSERT INTO note (text) VALUES (:text)")
          .param("text", event.payload().note())
          .update();
    }
  }

  /** As one process has it. */
  EventConsumer consumer(OnFailure onFailure) {
    ListenerMethods methods = new ListenerMethods();
    methods.postProcessAfterInitialization(this, "consuming");
    EventHandlers handlers = new EventHandlers();
    handlers.add(TYPE, methods.found().get(0).method());
    return new EventConsumer(CONSUMER, handlers, onFailure, inbox, letters, List.of());
  }

  /** What an operator has, of an application that has this listener. */
  public DeadLetters operator() {
    EventConsumer consumer = consumer(OnFailure.HOLD_KEY);
    LetterReceivers receivers =
        (name, topic) ->
            name.equals(CONSUMER) && topic.equals(TOPIC)
                ? Optional.of(consumer::applyParked)
                : Optional.empty();
    return new DeadLetters(database.dataSource(), database.transactionManager(), inbox, receivers);
  }

  /** One process, with attempts of its own. */
  public final class Process {

    private final EventConsumer consumer;
    private final Attempts attempts = new Attempts();
    private final RetryPolicy policy =
        new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(10));

    Process(OnFailure onFailure) {
      this.consumer = consumer(onFailure);
    }

    /** Gets a poll. */
    public Poll poll(List<ConsumerRecord<String, byte[]>> records) {
      Poll poll = new Poll(consumer, policy, attempts, records);
      poll.apply();
      return poll;
    }

    /** Gets one event; false if it has to come again. */
    public boolean isDone(ConsumerRecord<String, byte[]> event) {
      return poll(List.of(event)).waiting().isEmpty();
    }

    /** Has others' partitions from now on. */
    public void partitionsChanged() {
      consumer.partitionsChanged();
    }
  }

  public Process process() {
    return new Process(OnFailure.HOLD_KEY);
  }

  Process processThatPasses() {
    return new Process(OnFailure.PASS_KEY);
  }

  /** The next of its partition. */
  public ConsumerRecord<String, byte[]> event(int partition, String key, String note) {
    return record(
        partition,
        key,
        UUID.randomUUID().toString(),
        TYPE,
        "{\"amount\":1,\"note\":\"" + note + "\"}");
  }

  /** The next of its partition, of whatever form. */
  public ConsumerRecord<String, byte[]> record(
      int partition, String key, String id, String type, String payload) {
    long offset = offsets.merge(partition, 1L, Long::sum) - 1;
    ConsumerRecord<String, byte[]> made =
        new ConsumerRecord<>(TOPIC, partition, offset, key, payload.getBytes(UTF_8));
    made.headers().add("id", id.getBytes(UTF_8));
    made.headers().add("eventType", type.getBytes(UTF_8));
    return made;
  }

  /** In the order in which they were written. */
  public List<String> notes() {
    return database.jdbc().sql("SELECT text FROM note ORDER BY number").query(String.class).list();
  }

  /** Of the calls of the listener. */
  List<Integer> sizes() {
    return sizes;
  }
}
