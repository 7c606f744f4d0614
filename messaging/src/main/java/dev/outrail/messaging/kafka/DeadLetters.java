package dev.outrail.messaging.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.GenericMessageListener;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.kafka.support.KafkaHeaders;

/**
 * Counts what waits in the dead letter topics of this application's listeners, and brings it back:
 * each dead letter is given to the listener that parked it, as it was received, once its cause is
 * mended. The topic itself is not written, so other consumers see nothing twice.
 *
 * <p>How far the dead letters have been dealt with is kept as the offsets of a consumer group of
 * its own, {@code <group>-dlt}. Listeners must apply through the inbox: a crash between applying
 * and committing that offset, or two instances that replay at once, give a letter twice. Kafka
 * forgets the offsets of a group that nobody uses ({@code offsets.retention.minutes}, a week by
 * default): letters that were brought back then count as waiting again, and bringing them back once
 * more changes nothing.
 *
 * <p>A dead letter comes after messages of its key that were applied meanwhile; the effect has to
 * judge by the state it finds. Thread-safe.
 */
public final class DeadLetters {

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  private static final String GROUP_SUFFIX = "-dlt";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String HEADERS_OF_DEAD_LETTERS = "kafka_dlt-";

  private final Supplier<? extends Collection<MessageListenerContainer>> listeners;
  private final ConsumerFactory<?, ?> consumers;
  private final DeadLetterPublishingRecoverer parking;
  private final ReentrantLock replaying = new ReentrantLock();

  /**
   * @param listeners the containers that may be given letters; asked each time
   * @param consumers makes consumers with the listeners' own settings
   * @param deadLetters parks again what fails again
   */
  public DeadLetters(
      Supplier<? extends Collection<MessageListenerContainer>> listeners,
      ConsumerFactory<?, ?> consumers,
      KafkaOperations<?, ?> deadLetters) {
    this.listeners = listeners;
    this.consumers = consumers;
    this.parking = ListenerErrors.recoverer(deadLetters);
  }

  /**
   * What a replay came to.
   *
   * @param applied given to the listener without an error; those it had applied before are among
   *     them
   * @param parkedAgain failed again, and are at the end of the dead letter topic now
   * @param foreign of another consumer group, or not written by this library; left to others
   * @param stopped why it ended early, with the rest still waiting; null if it did not
   */
  public record Replayed(int applied, int parkedAgain, int foreign, @Nullable String stopped) {

    private Replayed and(Replayed other) {
      return new Replayed(
          applied + other.applied,
          parkedAgain + other.parkedAgain,
          foreign + other.foreign,
          stopped == null ? other.stopped : stopped);
    }
  }

  /**
   * How many records wait, per topic that a listener reads. Those of other groups that share the
   * dead letter topic are counted until a replay has passed them; markers of transactions count.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public Map<String, Long> waiting() {
    Map<String, Long> waiting = new TreeMap<>();
    Set<List<String>> asked = new HashSet<>();
    for (MessageListenerContainer container : listeners.get()) {
      for (String topic : topics(container)) {
        if (!asked.add(List.of(topic, String.valueOf(container.getGroupId())))) {
          continue;
        }
        try (Consumer<?, ?> consumer = consumer(container)) {
          waiting.merge(topic, Letters.of(consumer, topic).waiting(), Long::sum);
        }
      }
    }
    return waiting;
  }

  /**
   * Gives the dead letters of a topic back to its listener (to each its own, where several groups
   * read it: then each passes over those of the others, which count as foreign), those that are
   * there now, in their order.
   *
   * <ol>
   *   <li>The listener applies it. If it fails for a reason that passes, the replay ends here and
   *       this letter is the next one's first; if it fails otherwise, it is parked again, behind
   *       the others.
   *   <li>The offset of {@code <group>-dlt} is committed. A crash just before it brings the letter
   *       again, and the inbox knows it.
   * </ol>
   *
   * @throws IllegalArgumentException if no listener of this application reads the topic
   * @throws IllegalStateException if a replay is under way
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public Replayed replay(String topic) {
    List<MessageListenerContainer> readers =
        listeners.get().stream().filter(each -> topics(each).contains(topic)).toList();
    if (readers.isEmpty()) {
      throw new IllegalArgumentException(
          "no listener of this application reads topic '%s', only %s".formatted(topic, topics()));
    }
    if (!replaying.tryLock()) {
      throw new IllegalStateException("a replay is under way; wait for its end");
    }
    try {
      Replayed all = new Replayed(0, 0, 0, null);
      for (MessageListenerContainer reader : readers) {
        all = all.and(replay(topic, reader));
      }
      log.info("Replay of the dead letters of topic {}: {}", topic, all);
      return all;
    } finally {
      replaying.unlock();
    }
  }

  private Replayed replay(String topic, MessageListenerContainer reader) {
    try (Consumer<?, ?> consumer = consumer(reader)) {
      return new Replay(topic, reader, Letters.of(consumer, topic)).run();
    }
  }

  /** The topics that listeners of this application read, in alphabetical order. */
  public SortedSet<String> topics() {
    SortedSet<String> all = new TreeSet<>();
    listeners.get().forEach(container -> all.addAll(topics(container)));
    return all;
  }

  private static List<String> topics(MessageListenerContainer container) {
    String[] topics = container.getContainerProperties().getTopics();
    return topics == null ? List.of() : List.of(topics);
  }

  private Consumer<?, ?> consumer(MessageListenerContainer container) {
    Properties own = new Properties();
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "100");
    return consumers.createConsumer(
        container.getGroupId() + GROUP_SUFFIX, "dead-letters", null, own);
  }

  /** The dead letters of one topic, through one consumer. */
  private record Letters(
      Consumer<?, ?> consumer, Map<TopicPartition, Long> next, Map<TopicPartition, Long> ends) {

    static Letters of(Consumer<?, ?> consumer, String topic) {
      String name = topic + ListenerErrors.DEAD_LETTER_SUFFIX;
      Set<TopicPartition> partitions =
          consumer.partitionsFor(name, PATIENCE).stream()
              .map(info -> new TopicPartition(name, info.partition()))
              .collect(Collectors.toSet());
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions, PATIENCE);
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, PATIENCE);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
      Map<TopicPartition, Long> next = new HashMap<>();
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata offset = committed.get(partition);
        long start = starts.getOrDefault(partition, 0L);
        next.put(partition, offset == null ? start : Math.max(start, offset.offset()));
      }
      return new Letters(consumer, next, ends);
    }

    long waiting() {
      return next.entrySet().stream()
          .mapToLong(each -> Math.max(0, ends.getOrDefault(each.getKey(), 0L) - each.getValue()))
          .sum();
    }

    /** Calls with each letter up to the ends; those behind came in meanwhile. */
    void forEach(Function<ConsumerRecord<?, ?>, Boolean> goOn) {
      consumer.assign(next.keySet());
      next.forEach(consumer::seek);
      while (!atEnd()) {
        for (ConsumerRecord<?, ?> letter : consumer.poll(Duration.ofMillis(500))) {
          TopicPartition partition = new TopicPartition(letter.topic(), letter.partition());
          if (letter.offset() >= ends.getOrDefault(partition, 0L)) {
            continue;
          }
          if (!goOn.apply(letter)) {
            return;
          }
          consumer.commitSync(
              Map.of(partition, new OffsetAndMetadata(letter.offset() + 1)), PATIENCE);
        }
      }
    }

    private boolean atEnd() {
      return ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue());
    }
  }

  /** One replay. */
  private final class Replay {

    private final String topic;
    private final MessageListenerContainer container;
    private final Letters letters;
    private int applied;
    private int parkedAgain;
    private int foreign;
    private @Nullable String stopped;

    Replay(String topic, MessageListenerContainer container, Letters letters) {
      this.topic = topic;
      this.container = container;
      this.letters = letters;
    }

    Replayed run() {
      letters.forEach(this::handle);
      return new Replayed(applied, parkedAgain, foreign, stopped);
    }

    private boolean handle(ConsumerRecord<?, ?> letter) {
      if (!topic.equals(text(letter, KafkaHeaders.DLT_ORIGINAL_TOPIC))
          || !String.valueOf(container.getGroupId())
              .equals(text(letter, KafkaHeaders.DLT_ORIGINAL_CONSUMER_GROUP))) {
        foreign++;
        return true;
      }
      ConsumerRecord<Object, Object> message = asReceived(letter);
      try {
        deliver(message);
        applied++;
        return true;
      } catch (RuntimeException e) {
        if (PassingFailures.isPassing(e)) {
          stopped = String.valueOf(rootOf(e).getMessage());
          return false;
        }
        log.warn(
            "Dead letter {}-{}@{} cannot be applied still: {}",
            letter.topic(),
            letter.partition(),
            letter.offset(),
            rootOf(e).getMessage());
        message.headers().add(KafkaHeaders.DLT_ORIGINAL_CONSUMER_GROUP, group());
        parking.accept(message, e);
        parkedAgain++;
        return true;
      }
    }

    private byte[] group() {
      return String.valueOf(container.getGroupId()).getBytes(UTF_8);
    }

    @SuppressWarnings("unchecked")
    private void deliver(ConsumerRecord<Object, Object> message) {
      Object listener = container.getContainerProperties().getMessageListener();
      Acknowledgment none = () -> {};
      if (listener instanceof BatchMessageListener) {
        ((GenericMessageListener<Object>) listener).onMessage(List.of(message), none, null);
      } else if (listener instanceof GenericMessageListener) {
        ((GenericMessageListener<Object>) listener).onMessage(message, none, null);
      } else {
        throw new IllegalStateException("no listener can be called for topic " + topic);
      }
    }
  }

  /** The message as it came from its own topic, without what the dead letter says about it. */
  private static ConsumerRecord<Object, Object> asReceived(ConsumerRecord<?, ?> letter) {
    List<Header> headers = new ArrayList<>();
    letter
        .headers()
        .forEach(
            header -> {
              if (!header.key().startsWith(HEADERS_OF_DEAD_LETTERS)) {
                headers.add(header);
              }
            });
    byte[] partition = bytes(letter, KafkaHeaders.DLT_ORIGINAL_PARTITION, Integer.BYTES);
    byte[] offset = bytes(letter, KafkaHeaders.DLT_ORIGINAL_OFFSET, Long.BYTES);
    return new ConsumerRecord<>(
        String.valueOf(text(letter, KafkaHeaders.DLT_ORIGINAL_TOPIC)),
        ByteBuffer.wrap(partition).getInt(),
        ByteBuffer.wrap(offset).getLong(),
        letter.timestamp(),
        letter.timestampType(),
        letter.serializedKeySize(),
        letter.serializedValueSize(),
        letter.key(),
        letter.value(),
        new RecordHeaders(headers),
        letter.leaderEpoch());
  }

  private static byte[] bytes(ConsumerRecord<?, ?> letter, String name, int length) {
    Header header = letter.headers().lastHeader(name);
    return header == null || header.value().length != length ? new byte[length] : header.value();
  }

  private static @Nullable String text(ConsumerRecord<?, ?> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
